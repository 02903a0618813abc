using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>What a message to a desktop is made from.</summary>
internal readonly ref struct MessageSource
{
    public required int ApplicationId { get; init; }

    /// <summary>The request that the message answers; null for a notification.</summary>
    public UserData? Request { get; init; }

    public CampaignGroupDefinition? Group { get; init; }

    public DialMode Mode { get; init; }

    public CallSession? Call { get; init; }

    public DesktopError Error { get; init; }

    public string? ErrorDescription { get; init; }

    /// <summary>Text of <c>GSW_ERROR</c> where it is not the error's own name.</summary>
    public string? ErrorName { get; init; }

    public int LogoutSeconds { get; init; }

    /// <summary><c>GSW_MESSAGE</c>; null for none.</summary>
    public string? Message { get; init; }
}

/// <summary>Builds messages to desktops row by row from the table. <c>GSW_REFERENCE_ID</c> is returned as it came, whatever the message.</summary>
internal static class MessageBuilder
{
    public static UserData Build(DesktopMessage message, scoped in MessageSource source)
    {
        var data = new UserData().Set(message.Selector.Name, message.SelectorValue);
        foreach (var row in message.Keys)
        {
            if (ReferenceEquals(row.Key, message.Selector))
            {
                continue;
            }

            if (ValueOf(row.Key, source) is { } value)
            {
                data.TrySet(row.Key.Name, value);
            }
        }

        if (source.Error != DesktopError.None)
        {
            // Two of the error events are named by the request in their tables; every message to a desktop has this key all the same.
            data.Set(K.UserEvent.Name, DesktopMessages.Error.SelectorValue);
        }

        if (source.Request is { } request && request.TryGet(K.ReferenceId.Name, out var reference))
        {
            data.TrySet(K.ReferenceId.Name, reference);
        }

        return data;
    }

    private static object? ValueOf(DesktopKey key, scoped in MessageSource source)
    {
        if (key == K.ApplicationId)
        {
            return (long)source.ApplicationId;
        }

        if (key == K.LogoutTime)
        {
            return (long)source.LogoutSeconds;
        }

        if (key == K.RecordHandle)
        {
            return source.Call is { RecordHandle: > 0 } call ? call.RecordHandle : Number(source.Request, key);
        }

        if (key == K.CallingList)
        {
            return source.Call?.List?.Name ?? Text(source.Request, key);
        }

        if (key == K.Message)
        {
            return source.Message;
        }

        if (key == K.ChainId && source.Call?.Record is { } record)
        {
            return (long)record.ChainId;
        }

        if (key == K.Phone && source is { Request: null, Call.Record: { } called })
        {
            return called.ContactInfo;
        }

        return GroupValue(key, source) ?? ErrorValue(key, source) ?? EchoedValue(key, source);
    }

    /// <summary>An acknowledgement repeats what the request said; the chain attribute also where it was left to its default.</summary>
    private static object? EchoedValue(DesktopKey key, scoped in MessageSource source)
    {
        if (source.Error != DesktopError.None || source.Request is not { } request)
        {
            return null;
        }

        var value = key.Type == KeyType.String ? Text(request, key) : (object?)Number(request, key);
        return value is "" or null && key == K.ChainAttr ? "AllChain" : value is "" ? null : value;
    }

    private static string? GroupValue(DesktopKey key, scoped in MessageSource source)
    {
        if (key == K.CampaignName)
        {
            return source.Group?.Campaign.Name ?? Text(source.Request, key);
        }

        if (source.Group is not { } group)
        {
            return null;
        }

        if (key == K.CampaignGroupName)
        {
            return group.Name;
        }

        if (key == K.CampaignDescription)
        {
            return group.Campaign.Description;
        }

        if (key == K.CampaignGroupDescription)
        {
            return group.Description;
        }

        return key == K.CampaignMode ? source.Mode.DesktopName() : null;
    }

    private static object? ErrorValue(DesktopKey key, scoped in MessageSource source)
    {
        if (key == K.AgentReqType)
        {
            return Text(source.Request, key);
        }

        if (source.Error == DesktopError.None)
        {
            return null;
        }

        if (key == K.Error)
        {
            return source.ErrorName ?? DesktopErrors.NameOf(source.Error);
        }

        if (key == K.ErrorNumber)
        {
            return (long)source.Error;
        }

        return key == K.ErrorDescription ? source.ErrorDescription : null;
    }

    private static string? Text(UserData? request, DesktopKey key) =>
        request is not null && request.TryGetString(key.Name, out var text) ? text : null;

    private static long? Number(UserData? request, DesktopKey key) =>
        request is not null && request.TryGetInteger(key.Name, out var number) ? number : null;
}
