using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Admin;

/// <summary>A change of one of a group's lists; what is left out stays.</summary>
/// <param name="Active">Whether records are taken from it.</param>
/// <param name="Weight">Its weight, 1 to 1,000.</param>
/// <param name="Filter">Its filter; an empty text takes the filter away.</param>
internal sealed record ListChangeRequest(bool? Active, int? Weight, string? Filter);

/// <summary>One thing that happened to a record.</summary>
internal sealed record HistoryEventView(DateTimeOffset At, string What, string? Rule, string Actor, string? Detail);

/// <summary>
/// A record and what happened to it, oldest first. Its id is LIST:NUMBER; its number is masked unless asked for with <c>numbers=true</c>.
/// </summary>
internal sealed record RecordHistoryView(
    string Id, string ContactInfo, RecordType RecordType, RecordStatus RecordStatus, string CallResult, int Attempts, DateTimeOffset? DialScheduledTime, int ChainId,
    int ChainN, IReadOnlyList<HistoryEventView> Events);

/// <summary>The addresses of the admin API that concern calling lists and their records.</summary>
internal sealed class ListEndpoints(IEngineControl control, IListControl lists)
{
    private const int MaxEvents = 1_000;

    public static void Map(WebApplication app, IEngineControl control, IListControl lists)
    {
        var endpoints = new ListEndpoints(control, lists);
        app.MapPut("/api/v1/campaign-groups/{name}/lists/{list}", endpoints.ChangeAsync).WithTags("Calling lists").WithName("changeList")
            .WithSummary("Switches a list of a campaign group on or off, weighs it or filters it anew, without a restart and until the next start.")
            .Produces<GroupSnapshot>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(404, Problems.MediaType)
            .Produces<ProblemView>(409, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
        app.MapGet("/api/v1/campaign-groups/{name}/held-records", endpoints.Held).WithTags("Calling lists").WithName("heldRecords")
            .WithSummary("What holds a group's records back, counted in the background.")
            .Produces<HeldView>().Produces<ProblemView>(404, Problems.MediaType);
        app.MapGet("/api/v1/records/{id}/history", endpoints.History).WithTags("Calling lists").WithName("recordHistory")
            .WithSummary("Every decision about one record; id is LIST:NUMBER, e.g. spring:17.")
            .Produces<RecordHistoryView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(404, Problems.MediaType)
            .Produces<ProblemView>(503, Problems.MediaType);
    }

    private async Task<IResult> ChangeAsync(string name, string list, ListChangeRequest request, CancellationToken cancel)
    {
        RecordFilter? filter = null;
        if (!string.IsNullOrWhiteSpace(request.Filter))
        {
            if (lists.FindList(list) is not { } definition)
            {
                return Problems.Result(404, ProblemCode.NotFound, $"there is no calling list named {ConfigurationNode.Shorten(list)}");
            }

            if (!RecordFilter.TryParse(request.Filter, ListColumn.Of(definition), out filter, out var fault))
            {
                return Problems.Result(400, ProblemCode.BadRequest, $"filter: {fault}");
            }
        }

        var change = new ListChange
        {
            List = list,
            IsActive = request.Active,
            Weight = request.Weight,
            ChangesFilter = request.Filter is not null,
            Filter = filter,
        };
        var reply = await lists.ChangeListAsync(name, change, cancel);
        return reply.Outcome switch
        {
            CommandOutcome.NotFound => Problems.Result(404, ProblemCode.GroupNotFound, $"there is no campaign group named {ConfigurationNode.Shorten(name)}"),
            CommandOutcome.Refused => Problems.Result(409, ProblemCode.CommandRefused, reply.Reason ?? "refused"),
            _ when await control.SnapshotAsync(name, cancel) is { } snapshot => Results.Json(snapshot, AdminJson.Default.GroupSnapshot),
            _ => Problems.Result(503, ProblemCode.GroupFailed, $"{ConfigurationNode.Shorten(name)} has failed; the engine's log says why"),
        };
    }

    private IResult Held(string name) => lists.HeldBack(name) is { } held
        ? Results.Json(held, AdminJson.Default.HeldView)
        : Problems.Result(404, ProblemCode.NotFound, $"nothing has been counted for {ConfigurationNode.Shorten(name)} yet, or there is no such campaign group");

    private IResult History(string id, bool? numbers)
    {
        var colon = id.LastIndexOf(':');
        if (colon <= 0 || !long.TryParse(id.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Problems.Result(400, ProblemCode.BadRequest, "a record is named LIST:NUMBER, e.g. spring:17");
        }

        try
        {
            return lists.FindList(id[..colon]) is { } list && lists.History(list.Id, new RecordId(number), MaxEvents) is { } history
                ? Results.Json(View(id, history, numbers == true), AdminJson.Default.RecordHistoryView)
                : Problems.Result(404, ProblemCode.NotFound, $"there is no record {ConfigurationNode.Shorten(id)}");
        }
        catch (StorageFaultException fault)
        {
            return Problems.Result(503, ProblemCode.NotReady, fault.Message);
        }
    }

    private static RecordHistoryView View(string id, RecordHistory history, bool showNumber)
    {
        var record = history.Record;
        return new RecordHistoryView(
            id, showNumber ? record.ContactInfo : PhoneNumber.Mask(System.Text.Encoding.UTF8.GetBytes(record.ContactInfo)), record.RecordType, record.RecordStatus,
            record.CallResult.Name(), record.Attempts, record.DialScheduledTime == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(record.DialScheduledTime),
            record.ChainId, record.ChainN,
            [.. history.Events.Select(e => new HistoryEventView(DateTimeOffset.FromUnixTimeMilliseconds(e.AtUnixMs), e.What, e.Rule, e.Actor, e.Detail))]);
    }
}
