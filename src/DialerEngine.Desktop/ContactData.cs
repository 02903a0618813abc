using System.Globalization;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Compliance;
using DialerEngine.Core.Desktop;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.Desktop.Protocol;
using K = DialerEngine.Desktop.Protocol.DesktopKeys;

namespace DialerEngine.Desktop;

/// <summary>
/// Where the customer is (table Default Record Information): the time zone that the customer's clock was read in, what the list's own columns
/// <c>country_code</c>, <c>region_code</c> and <c>postal_code</c> say, and what the number itself tells.
/// </summary>
internal static class ContactData
{
    /// <summary>Keys that are attached, each where it has a value.</summary>
    public static readonly DesktopKey[] Keys =
    [
        K.TzOffset, K.TzCode, K.TzName, K.CountryCode, K.StateCode, K.PostalCode, K.DeviceAreaCode, K.DeviceStateCode,
    ];

    public static void Add(UserData data, CallRecord record, CallSession call)
    {
        if (call.ZoneName is { } zone)
        {
            data.Set(K.TzOffset.Name, call.ZoneOffsetSeconds).Set(K.TzCode.Name, zone).Set(K.TzName.Name, ZoneNames.AbbreviationOf(zone) ?? zone);
        }

        SetText(data, K.StateCode, FieldOf(record, call.List, "region_code"));
        SetText(data, K.PostalCode, FieldOf(record, call.List, "postal_code"));
        AddDevice(data, record.ContactInfo, FieldOf(record, call.List, "country_code"));
    }

    /// <summary>E.164 country code, and in the North American plan the area code and that area's state or province.</summary>
    private static void AddDevice(UserData data, string contact, string? ownCountryCode)
    {
        Span<byte> digits = stackalloc byte[PhoneNumber.MaxLength];
        if (contact is not ['+', ..] || contact.Length > PhoneNumber.MaxLength || !Encoding.ASCII.TryGetBytes(contact, digits, out var length)
            || !NumberingPlans.TryFindByCode(digits[1..length], out var plan))
        {
            SetText(data, K.CountryCode, ownCountryCode);
            return;
        }

        SetText(data, K.CountryCode, ownCountryCode ?? plan.CountryCode);
        if (plan.IsNanp && length >= 5)
        {
            data.Set(K.DeviceAreaCode.Name, contact[2..5]);
        }

        if (NumberKey.TryPackE164(contact, out var number) && NumberPlaces.Find(number) is { Region: [_, _, '-', _, ..] region })
        {
            data.Set(K.DeviceStateCode.Name, region[3..]);
        }
    }

    private static string? FieldOf(CallRecord record, CallingListDefinition? list, string column)
    {
        for (var i = 0; i < (list?.UserFields.Count ?? 0) && i < record.UserFields.Length; i++)
        {
            if (string.Equals(list!.UserFields[i].Name, column, StringComparison.OrdinalIgnoreCase))
            {
                return Convert.ToString(record.UserFields[i], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static void SetText(UserData data, DesktopKey key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            data.Set(key.Name, value);
        }
    }
}
