using System.Text;
using DialerEngine.Core.Lists;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Lists;

/// <summary>Numbers as people write them, in E.164 form (ITU-T E.164; national plans by ITU-T E.129).</summary>
public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("US", "2025550123", "+12025550123")]
    [InlineData("US", "(202) 555-0123", "+12025550123")]
    [InlineData("US", "1-202-555-0123", "+12025550123")]
    [InlineData("US", "+1 202 555 0123", "+12025550123")]
    [InlineData("US", "011 44 20 7946 0958", "+442079460958")]
    [InlineData("US", "tel:+1-202-555-0123", "+12025550123")]
    [InlineData("US", "202\u00A0555\u00A00123", "+12025550123")]
    [InlineData("CA", "613.555.0123", "+16135550123")]
    [InlineData("GB", "020 7946 0958", "+442079460958")]
    [InlineData("GB", "+44 (0)20 7946 0958", "+442079460958")]
    [InlineData("GB", "0044 20 7946 0958", "+442079460958")]
    [InlineData("DE", "030/901820", "+4930901820")]
    [InlineData("DE", "0151 23456789", "+4915123456789")]
    [InlineData("FR", "01 23 45 67 89", "+33123456789")]
    [InlineData("ES", "600 111 222", "+34600111222")]
    [InlineData("ES", "34600111222", "+34600111222")]
    [InlineData("IT", "06 6982 1234", "+390669821234")]
    [InlineData("HU", "06 1 234 5678", "+3612345678")]
    [InlineData("RU", "8 (495) 123-45-67", "+74951234567")]
    [InlineData("RU", "800 555 35 35", "+78005553535")]
    [InlineData("RU", "810 44 20 7946 0958", "+442079460958")]
    [InlineData("AU", "0011 1 202 555 0123", "+12025550123")]
    [InlineData("AU", "02 9876 5432", "+61298765432")]
    [InlineData("IN", "098765 43210", "+919876543210")]
    [InlineData("JP", "03-1234-5678", "+81312345678")]
    [InlineData("BR", "(011) 91234-5678", "+5511912345678")]
    [InlineData("US", "+269 321 0000", "+2693210000")]
    public void A_number_that_can_be_dialled_becomes_E164(string country, string written, string expected)
    {
        Assert.Equal((PhoneNumberError.None, expected), Normalise(country, written));
    }

    [Theory]
    [InlineData("US", "", PhoneNumberError.Empty)]
    [InlineData("US", " - ", PhoneNumberError.Empty)]
    [InlineData("US", "+", PhoneNumberError.TooShort)]
    [InlineData("US", "555-12", PhoneNumberError.TooShort)]
    [InlineData("US", "202 555 01234", PhoneNumberError.TooLong)]
    [InlineData("US", "12345678901234567890123456", PhoneNumberError.TooLong)]
    [InlineData("US", "202-555-O123", PhoneNumberError.BadCharacter)]
    [InlineData("US", "202+5550123", PhoneNumberError.BadCharacter)]
    [InlineData("US", "++12025550123", PhoneNumberError.BadCharacter)]
    [InlineData("US", "2025550123;ext=1", PhoneNumberError.BadCharacter)]
    [InlineData("US", "102 555 0123", PhoneNumberError.TooShort)]
    [InlineData("US", "202 155 0123", PhoneNumberError.BadAreaCode)]
    [InlineData("US", "911 555 0123", PhoneNumberError.BadAreaCode)]
    [InlineData("US", "+1 111 555 0123", PhoneNumberError.BadAreaCode)]
    [InlineData("US", "+0 20 7946 0958", PhoneNumberError.UnknownCountryCode)]
    [InlineData("US", "+999 123456789", PhoneNumberError.UnknownCountryCode)]
    [InlineData("US", "+210 1234567", PhoneNumberError.UnknownCountryCode)]
    [InlineData("US", "+44 20 7946", PhoneNumberError.TooShort)]
    [InlineData("NO", "123456789", PhoneNumberError.TooLong)]
    public void A_number_that_cannot_be_dialled_is_named_by_its_fault(string country, string written, PhoneNumberError error)
    {
        Assert.Equal((error, ""), Normalise(country, written));
    }

    [Fact]
    public void At_least_sixty_countries_are_known()
    {
        Assert.True(NumberingPlans.Countries.Count >= 60);
        Assert.Equal(NumberingPlans.Countries.Count, NumberingPlans.Countries.Distinct().Count());
        foreach (var country in NumberingPlans.Countries)
        {
            Assert.True(NumberingPlans.TryFind(country, out var plan));
            Assert.InRange(plan.CountryCode.Length + plan.MaxDigits, 8, 15);
            Assert.InRange(plan.MinDigits, 4, plan.MaxDigits);
            Assert.True(NumberingPlans.TryFindByCode(Encoding.ASCII.GetBytes(plan.CountryCode + "23456789"), out var byCode), country);
            Assert.Equal((plan.CountryCode, plan.TrunkPrefix, plan.MinDigits, plan.MaxDigits), (byCode.CountryCode, byCode.TrunkPrefix, byCode.MinDigits, byCode.MaxDigits));
        }
    }

    [Fact]
    public void A_number_in_E164_form_stays_as_it_is_whatever_the_home_country()
    {
        var numbers = Gen.Choose(0, NumberingPlans.Countries.Count - 1).SelectMany(
            c => Gen.Choose(0, 9).ArrayOf(14).Select(digits => (Country: NumberingPlans.Countries[c], Digits: digits))).ToArbitrary();
        Prop.ForAll(numbers, number =>
        {
            NumberingPlans.TryFind(number.Country, out var plan);
            var written = "+" + plan.CountryCode + string.Concat(number.Digits.Take(plan.MaxDigits).Select(d => (char)('2' + (d % 8))));
            if (plan.IsNanp && written[3..5] == "11")
            {
                return true;
            }

            return Normalise("US", written) == (PhoneNumberError.None, written) && Normalise("DE", written) == (PhoneNumberError.None, written);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_octets_give_a_number_or_an_error_and_never_more_than_sixteen_characters()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
        {
            Span<byte> e164 = stackalloc byte[PhoneNumber.MaxLength];
            NumberingPlans.TryFind("US", out var home);
            var error = PhoneNumber.TryNormalise(octets, home, e164, out var length, out _);
            return error == PhoneNumberError.None ? length is > 4 and <= PhoneNumber.MaxLength && e164[0] == '+' : length == 0;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Normalising_allocates_nothing()
    {
        NumberingPlans.TryFind("US", out var home);
        Span<byte> e164 = stackalloc byte[PhoneNumber.MaxLength];
        long allocated = 0;
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            PhoneNumber.TryNormalise("(202) 555-0123"u8, home, e164, out _, out _);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData("+34600111221", "+34•••••••21")]
    [InlineData("+12025550123", "+1••••••••23")]
    public void A_mask_shows_the_country_code_and_two_digits(string number, string masked) =>
        Assert.Equal(masked, PhoneNumber.Mask(Encoding.ASCII.GetBytes(number)));

    [Fact]
    public void A_set_of_numbers_remembers_where_each_was_first()
    {
        var set = new NumberSet();
        for (var i = 1; i <= 100_000; i++)
        {
            Assert.True(set.TryAdd((ulong)i * 12_345_678_901UL, i, out _));
        }

        for (var i = 1; i <= 100_000; i++)
        {
            Assert.False(set.TryAdd((ulong)i * 12_345_678_901UL, 0, out var first));
            Assert.Equal(i, first);
        }

        Assert.Equal(100_000, set.Count);
    }

    private static (PhoneNumberError Error, string Number) Normalise(string country, string written)
    {
        Assert.True(NumberingPlans.TryFind(country, out var home));
        Span<byte> e164 = stackalloc byte[PhoneNumber.MaxLength];
        var error = PhoneNumber.TryNormalise(Encoding.UTF8.GetBytes(written), home, e164, out var length, out _);
        return (error, Encoding.ASCII.GetString(e164[..length]));
    }
}
