using System.Text;
using DialerEngine.Core.Lists;
using DialerEngine.Core.Ports;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Dnc;

namespace DialerEngine.Host.Admin;

/// <summary>An entry for a do-not-call list: GSW_PHONE or GSW_CUSTOMER_ID, GSW_DURATION.</summary>
/// <param name="Phone">The number; numbers without country code are read by <paramref name="Country"/>.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Tenant">Name of the tenant; may be left out where there is one only.</param>
/// <param name="Country">ISO 3166 letters; US where left out.</param>
/// <param name="DurationSeconds">Time after which the entry ends; for ever where left out.</param>
/// <param name="Message">For people.</param>
/// <param name="Remove">True takes the entry off.</param>
internal sealed record DoNotCallRequest(
    string? Phone, string? CustomerId, string? Tenant, string? Country, long? DurationSeconds, string? Message, bool? Remove);

/// <summary>What became of it.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Phone">The number in E.164 form.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="DoNotCall">True: must not be called from now on.</param>
/// <param name="Expires">Unix seconds at which the entry ends; 0 for never.</param>
internal sealed record DoNotCallView(string Tenant, string? Phone, string? CustomerId, bool DoNotCall, long Expires);

/// <summary>The address <c>/api/v1/do-not-call</c>: an entry counts, in memory and after a crash, when the answer is 200.</summary>
internal sealed class DoNotCallEndpoints(IReadOnlyCollection<DoNotCallKeeper> keepers, TimeProvider time)
{
    private const int LongestMessage = 255;
    private const long LongestDuration = 100L * 366 * 86_400;

    public static void Map(WebApplication app, IReadOnlyCollection<DoNotCallKeeper> keepers, TimeProvider time)
    {
        var endpoints = new DoNotCallEndpoints(keepers, time);
        app.MapPost("/api/v1/do-not-call", endpoints.Change).WithTags("Do not call").WithName("doNotCall")
            .WithSummary("Puts a number or a customer on the do-not-call list of a tenant, or takes it off.")
            .Produces<DoNotCallView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
        app.MapGet("/api/v1/do-not-call", endpoints.Check).WithTags("Do not call").WithName("checkDoNotCall")
            .WithSummary("Whether a number or a customer must not be called.")
            .Produces<DoNotCallView>().Produces<ProblemView>(400, Problems.MediaType).Produces<ProblemView>(503, Problems.MediaType);
    }

    private static IResult Bad(string why) => Problems.Result(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, why);

    private static string? TryReadNumber(string text, string country, out string? e164)
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

    private IResult Change(DoNotCallRequest request)
    {
        if (Find(request.Tenant, out var keeper) is { } fault || Read(request.Phone, request.CustomerId, request.Country, out var phone, out fault) is false)
        {
            return Bad(fault!);
        }

        if (request.DurationSeconds is <= 0 or > LongestDuration)
        {
            return Bad("durationSeconds must be more than 0; leave it out for an entry without an end");
        }

        if (request.Message?.Length > LongestMessage)
        {
            return Bad("message has more than 255 characters");
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = request.DurationSeconds is { } seconds ? now + seconds : 0;
        try
        {
            if (request.Remove == true)
            {
                keeper!.Remove(phone, request.CustomerId);
                return Answer(new DoNotCallView(keeper.Tenant, phone, request.CustomerId, false, 0));
            }

            keeper!.Add(new DoNotCallEntry
            {
                Phone = phone,
                CustomerId = string.IsNullOrEmpty(request.CustomerId) ? null : request.CustomerId,
                Message = request.Message,
                IsInternal = true,
                TimeStamp = now,
                Expiration = expires,
            });
            return Answer(new DoNotCallView(keeper.Tenant, phone, request.CustomerId, true, expires));
        }
        catch (StorageFaultException away)
        {
            return Problems.Result(StatusCodes.Status503ServiceUnavailable, ProblemCode.NotReady, away.Message);
        }
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
