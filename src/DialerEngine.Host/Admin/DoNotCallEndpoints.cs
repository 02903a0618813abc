using System.Text;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Dnc;
using DialerEngine.Runtime;

namespace DialerEngine.Host.Admin;

/// <summary>An entry for a do-not-call list: GSW_PHONE or GSW_CUSTOMER_ID, GSW_DURATION.</summary>
/// <param name="Phone">The number; numbers without country code are read by <paramref name="Country"/>.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Tenant">Name of the tenant; may be left out where there is one only.</param>
/// <param name="Country">ISO 3166 letters; US where left out.</param>
/// <param name="DurationSeconds">Time after which the entry ends; for ever where left out.</param>
/// <param name="Message">For people.</param>
/// <param name="Remove">True takes the entry off.</param>
/// <param name="Chain">AllChain (GSW_CHAIN_ATTR, where left out) or RecordOnly: which records in lists are not to be dialled any more.</param>
internal sealed record DoNotCallRequest(
    string? Phone, string? CustomerId, string? Tenant, string? Country, long? DurationSeconds, string? Message, bool? Remove, string? Chain);

/// <summary>What became of it.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Phone">The number in E.164 form.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="DoNotCall">True: must not be called from now on.</param>
/// <param name="Expires">Unix seconds at which the entry ends; 0 for never.</param>
/// <param name="InMemory">Records taken out of groups' memory; absent where none were looked for.</param>
/// <param name="InLists">Records that waited in their lists and are No Call now.</param>
/// <param name="OnDesktops">Records that agents have; they are No Call when their agents are done with them.</param>
internal sealed record DoNotCallView(
    string Tenant, string? Phone, string? CustomerId, bool DoNotCall, long Expires, int? InMemory = null, int? InLists = null, int? OnDesktops = null);

/// <summary>The address <c>/api/v1/do-not-call</c>: an entry counts, in memory and after a crash, when the answer is 200.</summary>
internal sealed class DoNotCallEndpoints(IReadOnlyCollection<DoNotCallKeeper> keepers, RecordAccess? records, TimeProvider time)
{
    private const int LongestMessage = 255;
    private const long LongestDuration = 100L * 366 * 86_400;

    public static void Map(WebApplication app, IReadOnlyCollection<DoNotCallKeeper> keepers, RecordAccess? records, TimeProvider time)
    {
        var endpoints = new DoNotCallEndpoints(keepers, records, time);
        app.MapPost("/api/v1/do-not-call", endpoints.ChangeAsync).Accepts<DoNotCallRequest>("application/json").WithTags("Do not call").WithName("doNotCall")
            .WithSummary("Puts a number or a customer on the do-not-call list of a tenant, or takes it off.")
            .Produces<DoNotCallView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
        app.MapGet("/api/v1/do-not-call", endpoints.Check).WithTags("Do not call").WithName("checkDoNotCall")
            .WithSummary("Whether a number or a customer must not be called.")
            .Produces<DoNotCallView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
    }

    private static IResult Bad(string why) => Problems.Result(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, why);

    internal static string? TryReadNumber(string text, string country, out string? e164)
    {
        e164 = null;
        if (!NumberingPlans.TryFind(country, out var home))
        {
            return $"{ConfigurationNode.Shorten(country)} is no country whose numbers are known";
        }

        Span<byte> digits = stackalloc byte[PhoneNumber.MaxLength];
        var error = PhoneNumber.TryNormalise(Encoding.UTF8.GetBytes(text.Length > 64 ? text[..64] : text), home, digits, out var length, out _);
        if (error != PhoneNumberError.None)
        {
            return $"phone is no number that can be dialled ({error})";
        }

        e164 = Encoding.ASCII.GetString(digits[..length]);
        return null;
    }

    private async Task<IResult> ChangeAsync(HttpRequest http, CancellationToken cancel)
    {
        if (await TolerantBody.ReadAsync(http, cancel) is not { } body)
        {
            return TolerantBody.Unreadable();
        }

        var request = new DoNotCallRequest(
            body.Text("phone", "GSW_PHONE"), body.Text("customerId", "GSW_CUSTOMER_ID"), body.Text("tenant", "GSW_TENANT_NAME"), body.Text("country"),
            body.Integer(1, LongestDuration, "durationSeconds", "GSW_DURATION"), body.Text("message", "GSW_MESSAGE"), body.Flag("remove"), null);
        var wholeChain = body.WholeChain();
        if (Find(request.Tenant, out var keeper) is { } fault || Read(request.Phone, request.CustomerId, request.Country, out var phone, out fault) is false)
        {
            return Bad(fault!);
        }

        if (request.Message?.Length > LongestMessage)
        {
            body.Refuse("message", request.Message, "must have at most 255 characters");
        }

        return body.Fault ?? await PutAsync(request, keeper!, phone, wholeChain, cancel);
    }

    private async Task<IResult> PutAsync(DoNotCallRequest request, DoNotCallKeeper keeper, string? phone, bool wholeChain, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = request.DurationSeconds is { } seconds ? now + seconds : 0;
        try
        {
            if (request.Remove == true)
            {
                keeper.Remove(phone, request.CustomerId);
                return Answer(new DoNotCallView(keeper.Tenant, phone, request.CustomerId, false, 0));
            }

            keeper.Add(new DoNotCallEntry
            {
                Phone = phone,
                CustomerId = request.CustomerId,
                Message = request.Message,
                IsInternal = true,
                TimeStamp = now,
                Expiration = expires,
            });
            var view = new DoNotCallView(keeper.Tenant, phone, request.CustomerId, true, expires);
            return Answer(records is null ? view : await DisposeAsync(records, view, wholeChain, cancel));
        }
        catch (StorageFaultException away)
        {
            return Problems.Result(StatusCodes.Status503ServiceUnavailable, ProblemCode.NotReady, away.Message);
        }
    }

    /// <summary>The entry stands, so nobody dials the number again; now the records that have it are made No Call.</summary>
    private static async Task<DoNotCallView> DisposeAsync(RecordAccess records, DoNotCallView view, bool wholeChain, CancellationToken cancel)
    {
        var (inMemory, inLists, onDesktops) = (0, 0, 0);
        foreach (var (phone, customer) in new[] { (view.Phone, (string?)null), (null, view.CustomerId) })
        {
            if (phone is null && customer is null)
            {
                continue;
            }

            var answer = await records.Requests.DisposeAsync(
                new DisposalRequest { Kind = DisposalKind.DoNotCall, Tenant = view.Tenant, Phone = phone, CustomerId = customer, WholeChain = wholeChain, Actor = RecordAccess.Actor }, cancel);
            (inMemory, inLists, onDesktops) = (inMemory + answer.InMemory, inLists + answer.InLists, onDesktops + answer.OnDesktops);
        }

        return view with { InMemory = inMemory, InLists = inLists, OnDesktops = onDesktops };
    }

    private IResult Check(string? phone, string? customerId, string? tenant, string? country)
    {
        if (Find(tenant, out var keeper) is { } fault || Read(phone, customerId, country, out var e164, out fault) is false)
        {
            return Bad(fault!);
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var listed = (e164 is not null && DialerEngine.Core.Compliance.NumberKey.TryPackE164(e164, out var key) && keeper!.List.Numbers.Contains(key, now))
            || keeper!.List.ContainsCustomer(customerId, now);
        return Answer(new DoNotCallView(keeper.Tenant, e164, customerId, listed, 0));
    }

    private static IResult Answer(DoNotCallView view) => Results.Json(view, AdminJson.Default.DoNotCallView);

    private string? Find(string? tenant, out DoNotCallKeeper? keeper)
    {
        keeper = tenant is null && keepers.Count == 1 ? keepers.First() : keepers.FirstOrDefault(k => k.Tenant == tenant);
        return keeper is not null ? null
            : tenant is null ? $"tenant must be one of {string.Join(", ", keepers.Select(k => k.Tenant))}"
            : $"there is no tenant of this name{DidYouMean.Ask(ConfigurationNode.Shorten(tenant), keepers.Select(k => k.Tenant))}";
    }

    private static bool Read(string? phone, string? customerId, string? country, out string? e164, out string? fault)
    {
        e164 = null;
        fault = string.IsNullOrEmpty(phone) && string.IsNullOrEmpty(customerId) ? "phone or customerId must be given"
            : customerId?.Length > DialerEngine.Core.Compliance.DoNotCallList.LongestCustomerId ? "customerId has more than 64 characters"
            : string.IsNullOrEmpty(phone) ? null : TryReadNumber(phone, country ?? "US", out e164);
        return fault is null;
    }
}
