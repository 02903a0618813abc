using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;

namespace DialerEngine.Runtime;

/// <summary>Gives a list's column and the zone for a time zone's name; false where nobody knows it.</summary>
public delegate bool ZoneFinder(CallingListDefinition list, string name, out KeyValuePair<string, object?> column, out TimeZoneInfo zone);

/// <summary>
/// Desktops' requests about records in lists, carried out by the same <see cref="RecordRequests"/> that the HTTP API asks.
/// </summary>
/// <param name="requests">Carries them out.</param>
/// <param name="loginIdOf">Login id of an agent, for the records' history.</param>
/// <param name="addDoNotCall">Puts an entry on a tenant's do-not-call list, durably; false where the tenant has none.</param>
/// <param name="findZone">Time zones by name.</param>
/// <param name="time">Clock of entries.</param>
public sealed class DesktopListRequests(
    RecordRequests requests, Func<AgentId, string?> loginIdOf, Func<string, DoNotCallEntry, bool> addDoNotCall, ZoneFinder findZone, TimeProvider time) : IListRequests
{
    private const int LongestNumber = 128;

    public async Task<ListAnswer> DisposeAsync(ListDisposal request)
    {
        var phone = request.Phone is { } text ? StoredNumber(request.Group.Campaign.Lists[0].List, text) : null;
        if (request.Phone is not null && phone is null)
        {
            return new ListAnswer(DesktopError.InvalidAttributeValue, null, "GSW_PHONE has a wrong value");
        }

        if (request.Kind == DisposalKind.DoNotCall && !await Task.Run(() => addDoNotCall(request.Group.TenantName, EntryOf(request, phone))).ConfigureAwait(false))
        {
            return new ListAnswer(DesktopError.InvalidRequest, null, "the tenant has no do-not-call list");
        }

        var answer = await requests.DisposeAsync(
            new DisposalRequest
            {
                Kind = request.Kind,
                Tenant = request.Group.TenantName,
                Campaign = request.ThisCampaignOnly ? request.Group.Name : null,
                Phone = phone,
                CustomerId = request.CustomerId,
                WholeChain = request.WholeChain,
                Actor = "agent " + (loginIdOf(request.Agent) ?? request.Agent.ToString()),
                Asker = request.Agent,
            },
            CancellationToken.None).ConfigureAwait(false);
        return answer.Outcome switch
        {
            DisposalOutcome.TryAgain => new ListAnswer(DesktopError.DbError, null, "not all records could be reached now: try again"),
            DisposalOutcome.NothingLoaded => new ListAnswer(DesktopError.NoActiveCampaigns),

            // GSW_MESSAGE is an answer to cancellations only (table RecordCancelAcknowledge Attached Data).
            _ => new ListAnswer(DesktopError.None, request.Kind == DisposalKind.Cancel ? answer.Message : null),
        };
    }

    public Task<ListAnswer> AddAsync(NewRecord record) => Task.Run(() =>
    {
        var added = requests.Add(record);
        return added.Outcome switch
        {
            AddRecordOutcome.Added => default,
            AddRecordOutcome.ChainPlaceTaken => new ListAnswer(DesktopError.RecordAlreadyExists),
            AddRecordOutcome.NoSuchChain => new ListAnswer(DesktopError.ChainedRecordsNotFound),
            AddRecordOutcome.Full => new ListAnswer(DesktopError.AddRecordError, null, "the list has no number left for another chain"),
            _ => new ListAnswer(DesktopError.InvalidAttributeValue, null, $"{added.Column ?? "the record"} has a wrong value"),
        };
    });

    public string? StoredNumber(CallingListDefinition list, string phone)
    {
        if (phone.Length is 0 or > LongestNumber)
        {
            return null;
        }

        Span<byte> digits = stackalloc byte[PhoneNumber.MaxLength];
        if (phone.Length <= 64 && NumberingPlans.TryFind(list.DefaultCountry, out var home)
            && PhoneNumber.TryNormalise(Encoding.UTF8.GetBytes(phone), home, digits, out var length, out _) == PhoneNumberError.None)
        {
            return Encoding.ASCII.GetString(digits[..length]);
        }

        // Addresses are stored as they are.
        return phone.Contains('@', StringComparison.Ordinal) ? phone : null;
    }

    public bool TryFindZone(CallingListDefinition list, string name, out KeyValuePair<string, object?> column, out TimeZoneInfo zone) =>
        findZone(list, name, out column, out zone);

    private DoNotCallEntry EntryOf(ListDisposal request, string? phone)
    {
        const int LongestMessage = 255;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return new DoNotCallEntry
        {
            Phone = phone,
            CustomerId = phone is null ? request.CustomerId : null,
            Message = request.Message is { Length: > LongestMessage } text ? text[..LongestMessage] : request.Message ?? "asked for by an agent",
            CampaignDbid = request.Group.Campaign.Id,
            IsInternal = true,
            TimeStamp = now,
            Expiration = request.DurationSeconds > 0 ? now + request.DurationSeconds : 0,
        };
    }
}
