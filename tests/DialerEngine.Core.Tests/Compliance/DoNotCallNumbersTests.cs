using DialerEngine.Core.Compliance;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Compliance;

public sealed class DoNotCallNumbersTests
{
    private const long Now = 1_800_000_000;

    [Fact]
    public void A_number_counts_at_once_and_stays_exact_over_merges()
    {
        var numbers = new DoNotCallNumbers();
        Assert.True(numbers.Add(12025550123, 0, Now));
        Assert.True(numbers.Contains(12025550123, Now));
        Assert.False(numbers.Contains(12025550124, Now));
        numbers.Merge(Now);
        Assert.True(numbers.Contains(12025550123, Now));
        Assert.False(numbers.Contains(12025550124, Now));
        numbers.Remove(12025550123, Now);
        Assert.False(numbers.Contains(12025550123, Now));
        numbers.Merge(Now);
        Assert.False(numbers.Contains(12025550123, Now));
        Assert.Equal(0, numbers.MergedCount);
    }

    [Fact]
    public void An_entry_with_an_end_blocks_until_it_and_not_a_second_longer()
    {
        var numbers = new DoNotCallNumbers();
        numbers.Add(34600111222, Now + 60, Now);
        foreach (var merged in new[] { false, true })
        {
            Assert.True(numbers.Contains(34600111222, Now + 59));
            Assert.False(numbers.Contains(34600111222, Now + 60));
            numbers.Merge(Now);
            Assert.Equal(1, merged ? numbers.MergedCount : 1);
        }

        numbers.Add(34600111223, 0, Now);
        numbers.Add(34600111222, 0, Now);
        numbers.Merge(Now);
        Assert.True(numbers.Contains(34600111222, Now + 1_000_000));
    }

    /// <summary>Any sequence of additions, ends, removals and merges agrees with a plain dictionary.</summary>
    [Fact]
    public void Any_sequence_of_changes_agrees_with_a_dictionary()
    {
        var step = Gen.Choose(0, 9).SelectMany(kind => Gen.Choose(0, 199).Select(number => (Kind: kind, Number: number)));
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var numbers = new DoNotCallNumbers();
            var model = new Dictionary<ulong, long>();
            var now = Now;
            foreach (var (kind, index) in steps)
            {
                var number = 12025550000UL + (ulong)(index * 7919);
                switch (kind)
                {
                    case <= 3: numbers.Add(number, 0, now); model[number] = long.MaxValue; break;
                    case <= 5: numbers.Add(number, now + 30, now); model[number] = now + 30; break;
                    case <= 7: numbers.Remove(number, now); model.Remove(number); break;
                    case 8: numbers.Merge(now); break;
                    default: now += 7; break;
                }

                for (var i = 0; i < 200; i++)
                {
                    var asked = 12025550000UL + (ulong)(i * 7919);
                    if (numbers.Contains(asked, now) != (model.TryGetValue(asked, out var ends) && ends > now))
                    {
                        return false;
                    }
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_million_numbers_have_no_false_answer()
    {
        var numbers = new DoNotCallNumbers();
        for (var i = 0UL; i < 1_000_000; i++)
        {
            numbers.Add(12_000_000_000 + (i * 3), 0, Now);
        }

        numbers.Merge(Now);
        Assert.Equal(1_000_000, numbers.MergedCount);
        for (var i = 0UL; i < 3_000_000; i++)
        {
            if (numbers.Contains(12_000_000_000 + i, Now) != (i % 3 == 0))
            {
                Assert.Fail($"wrong answer for {12_000_000_000 + i}");
            }
        }

        Assert.True(numbers.Octets < 8 * numbers.MergedCount, $"{numbers.Octets} octets");
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var numbers = new DoNotCallNumbers();
        for (var i = 0UL; i < 10_000; i++)
        {
            numbers.Add(12_000_000_000 + i, 0, Now);
        }

        numbers.Merge(Now);
        numbers.Add(1, Now + 5, Now);
        numbers.Contains(5, Now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var hits = 0;
        for (var i = 0UL; i < 100_000; i++)
        {
            hits += numbers.Contains(12_000_000_000 + i, Now) ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_000, hits);
    }

    [Fact]
    public async Task Readers_never_miss_a_number_while_others_are_added_and_merged()
    {
        var numbers = new DoNotCallNumbers();
        for (var i = 0UL; i < 50_000; i++)
        {
            numbers.Add(12_000_000_000 + i, 0, Now);
        }

        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            long missed = 0;
            for (var i = 0UL; !stop.IsCancellationRequested; i = (i + 1) % 50_000)
            {
                missed += numbers.Contains(12_000_000_000 + i, Now) ? 0 : 1;
            }

            return missed;
        });
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0UL; i < 5_000; i++)
            {
                numbers.Add(13_000_000_000 + (i * 31) + (ulong)round, round % 2 == 0 ? 0 : Now + 100, Now);
            }

            numbers.Merge(Now);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await reader);
    }

    [Fact]
    public void A_snapshot_gives_the_same_list_and_a_damaged_one_gives_nothing()
    {
        var numbers = new DoNotCallNumbers();
        for (var i = 0UL; i < 5_000; i++)
        {
            numbers.Add(12_000_000_000 + (i * 13), i % 5 == 0 ? Now + 100 : 0, Now);
        }

        using var file = new MemoryStream();
        DoNotCallSnapshot.Save(numbers, file, 42, 7, 8, Now);
        var octets = file.ToArray();

        var loaded = new DoNotCallNumbers();
        Assert.Equal(SnapshotError.None, DoNotCallSnapshot.TryLoad(loaded, new MemoryStream(octets), 42, out var addition, out var removal));
        Assert.Equal((7L, 8L, 5_000L), (addition, removal, loaded.MergedCount));
        for (var i = 0UL; i < 65_000; i++)
        {
            Assert.Equal(numbers.Contains(12_000_000_000 + i, Now + 99), loaded.Contains(12_000_000_000 + i, Now + 99));
        }

        Assert.Equal(SnapshotError.Foreign, DoNotCallSnapshot.TryLoad(new DoNotCallNumbers(), new MemoryStream(octets), 43, out _, out _));
        var random = new Random(5);
        for (var trial = 0; trial < 300; trial++)
        {
            var damaged = (byte[])octets.Clone();
            var length = trial % 3 == 0 ? random.Next(octets.Length) : octets.Length;
            damaged[random.Next(8, length > 8 ? length : 9)] ^= (byte)(1 << random.Next(8));
            var target = new DoNotCallNumbers();
            Assert.NotEqual(SnapshotError.None, DoNotCallSnapshot.TryLoad(target, new MemoryStream(damaged, 0, length), 42, out _, out _));
            Assert.Equal(0, target.MergedCount);
        }
    }

    [Theory]
    [InlineData("+12025550123", "US", 12025550123UL)]
    [InlineData("(202) 555-0123", "US", 12025550123UL)]
    [InlineData("600 111 222", "ES", 34600111222UL)]
    [InlineData("+0123", "US", 0UL)]
    [InlineData("sip:me@example.com", "US", 0UL)]
    [InlineData("", "US", 0UL)]
    public void Contacts_are_packed_by_the_rules_of_their_country(string contact, string country, ulong expected)
    {
        Assert.Equal(expected != 0, NumberKey.TryPack(contact, country, out var key));
        Assert.Equal(expected, key);
    }
}
