using DialerEngine.Core.Compliance;
using FsCheck;
using FsCheck.Fluent;

namespace DialerEngine.Core.Tests.Compliance;

public sealed class DoNotCallNumbersTests
{
    private const long Now = 1_800_000_000;

    /// <summary>A short list, one in lines, and one in lines that grows with nearly each number: 2^18 lines at a hundred numbers.</summary>
    public static TheoryData<int, double> Kinds => new() { { 500_000, 10 }, { 0, 10 }, { 0, 1.0 / 2_600 } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_number_counts_at_once_until_it_is_removed(int longestTable, double perLine)
    {
        var numbers = new DoNotCallNumbers(longestTable, perLine);
        Assert.True(numbers.Add(12025550123, 0));
        Assert.True(numbers.Contains(12025550123, Now));
        Assert.False(numbers.Contains(12025550124, Now));
        Assert.Equal(1, numbers.Count);
        numbers.Remove(12025550123);
        Assert.False(numbers.Contains(12025550123, Now));
        Assert.Equal(0, numbers.Count);
        Assert.False(numbers.Add(0, 0));
        Assert.False(numbers.Add(1_000_000_000_000_000, 0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_entry_with_an_end_blocks_until_it_and_not_a_second_longer(int longestTable, double perLine)
    {
        var numbers = new DoNotCallNumbers(longestTable, perLine);
        numbers.Add(34600111222, Now + 60);
        Assert.True(numbers.Contains(34600111222, Now + 59));
        Assert.False(numbers.Contains(34600111222, Now + 60));
        numbers.DropEnded(Now + 59);
        Assert.True(numbers.Contains(34600111222, Now + 59));
        numbers.Add(34600111223, 0);
        numbers.Add(34600111222, 0);
        for (var i = 0; i < 20; i++)
        {
            numbers.DropEnded(Now + 1_000);
        }

        Assert.True(numbers.Contains(34600111222, Now + 1_000_000));
        numbers.Add(34600111222, Now + 2_000);
        Assert.False(numbers.Contains(34600111222, Now + 2_000));
        for (var i = 0; i < 20; i++)
        {
            numbers.DropEnded(Now + 2_000);
        }

        Assert.Equal(1, numbers.Count);
    }

    /// <summary>Any sequence of additions, ends, removals, sweeps and snapshots agrees with a plain dictionary.</summary>
    [Theory]
    [InlineData(500_000, 10, 100)]
    [InlineData(20, 10, 25)]
    [InlineData(20, 1.0 / 2_600, 25)]
    public void Any_sequence_of_changes_agrees_with_a_dictionary(int longestTable, double perLine, int runs)
    {
        var step = Gen.Choose(0, 9).SelectMany(kind => Gen.Choose(0, 199).Select(number => (Kind: kind, Number: number)));
        var crowd = Crowd(200);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var numbers = new DoNotCallNumbers(longestTable, perLine);
            var model = new Dictionary<ulong, long>();
            var now = Now;
            foreach (var (kind, index) in steps)
            {
                var number = crowd[index];
                switch (kind)
                {
                    case <= 3: numbers.Add(number, 0); model[number] = long.MaxValue; break;
                    case <= 5: numbers.Add(number, now + 30); model[number] = now + 30; break;
                    case <= 7: numbers.Remove(number); model.Remove(number); break;
                    case 8: numbers.DropEnded(now); break;
                    default: now += 7; break;
                }

                foreach (var asked in crowd)
                {
                    if (numbers.Contains(asked, now) != (model.TryGetValue(asked, out var ends) && ends > now))
                    {
                        return false;
                    }
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(runs));
    }

    [Theory]
    [InlineData(500_000, 10, 40)]
    [InlineData(0, 10, 40)]
    [InlineData(0, 3.0, 60)]
    public void A_million_numbers_have_no_false_answer(int longestTable, double perLine, int mostOctets)
    {
        var numbers = new DoNotCallNumbers(longestTable, perLine);
        for (var i = 0UL; i < 1_000_000; i++)
        {
            numbers.Add(12_000_000_000 + (i * 3), 0);
        }

        Assert.Equal(1_000_000, numbers.Count);
        for (var i = 0UL; i < 3_000_000; i++)
        {
            if (numbers.Contains(12_000_000_000 + i, Now) != (i % 3 == 0))
            {
                Assert.Fail($"wrong answer for {12_000_000_000 + i}");
            }
        }

        Assert.True(numbers.Octets < mostOctets * numbers.Count, $"{numbers.Octets} octets");
        for (var i = 0UL; i < 1_000_000; i += 2)
        {
            numbers.Remove(12_000_000_000 + (i * 3));
        }

        for (var i = 0UL; i < 1_000_000; i++)
        {
            if (numbers.Contains(12_000_000_000 + (i * 3), Now) != (i % 2 == 1))
            {
                Assert.Fail($"wrong answer for {12_000_000_000 + (i * 3)}");
            }
        }

        Assert.Equal(500_000, numbers.Count);
    }

    [Fact]
    public void A_long_list_takes_less_than_eight_octets_a_number()
    {
        var numbers = new DoNotCallNumbers();
        for (var i = 0UL; i < 6_000_000; i++)
        {
            numbers.Add(12_000_000_000 + (i * 7), 0);
        }

        Assert.InRange(numbers.Octets / (double)numbers.Count, 6, 8);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Looking_up_allocates_nothing(int longestTable, double perLine)
    {
        var numbers = new DoNotCallNumbers(longestTable, perLine);
        for (var i = 0UL; i < 10_000; i++)
        {
            numbers.Add(12_000_000_000 + i, 0);
        }

        numbers.Add(1, Now + 5);
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

    /// <summary>Numbers that stand in one line, so that lines go on, split and close up under the reader, while ends come and go.</summary>
    [Theory]
    [InlineData(1_000, 1.0 / 2_600)]
    [InlineData(1_000, 10)]
    public async Task Readers_never_miss_a_number_while_others_come_and_go(int longestTable, double perLine)
    {
        var crowd = Crowd(400);
        var numbers = new DoNotCallNumbers(longestTable, perLine);
        for (var i = 0; i < 200; i++)
        {
            numbers.Add(crowd[i], i % 2 == 0 ? 0 : Now + 100);
        }

        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            long wrong = 0;
            for (var i = 0; !stop.IsCancellationRequested; i = (i + 1) % 200)
            {
                wrong += numbers.Contains(crowd[i], Now) ? 0 : 1;
                wrong += numbers.Contains(crowd[i] + 999_999_000_000, Now) ? 1 : 0;
            }

            return wrong;
        });
        for (var round = 0; round < 30; round++)
        {
            for (var i = 200; i < 400; i++)
            {
                numbers.Add(crowd[i], (i + round) % 2 == 0 ? 0 : Now + 100);
            }

            for (var i = 0; i < 200; i++)
            {
                // Those that are asked for change sides and never leave.
                numbers.Add(crowd[i], (i + round) % 2 == 0 ? Now + 100 : 0);
                numbers.Add(13_000_000_000 + (ulong)((round * 200) + i), 0);
            }

            for (var i = 200; i < 400; i += 2)
            {
                numbers.Remove(crowd[i]);
            }

            numbers.DropEnded(Now);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await reader);
    }

    [Theory]
    [InlineData(500_000, 10)]
    [InlineData(100, 10)]
    [InlineData(100, 1.0 / 2_600)]
    public void A_snapshot_gives_the_same_list_and_a_damaged_one_gives_nothing(int longestTable, double perLine)
    {
        var numbers = new DoNotCallNumbers(longestTable, perLine);
        for (var i = 0UL; i < 5_000; i++)
        {
            numbers.Add(12_000_000_000 + (i * 13), i % 5 == 0 ? Now + 100 : 0);
        }

        foreach (var number in Crowd(100))
        {
            numbers.Add(number, 0);
        }

        using var file = new MemoryStream();
        DoNotCallSnapshot.Save(numbers, file, 42, 7, 8);
        var octets = file.ToArray();

        var loaded = new DoNotCallNumbers(longestTable, perLine);
        Assert.Equal(SnapshotError.None, DoNotCallSnapshot.TryLoad(loaded, new MemoryStream(octets), 42, out var addition, out var removal));
        Assert.Equal((7L, 8L, numbers.Count), (addition, removal, loaded.Count));
        for (var i = 0UL; i < 65_000; i++)
        {
            Assert.Equal(numbers.Contains(12_000_000_000 + i, Now + 99), loaded.Contains(12_000_000_000 + i, Now + 99));
        }

        // What was loaded goes on as any other list does.
        loaded.Add(12_000_000_001, 0);
        loaded.Remove(12_000_000_013);
        Assert.True(loaded.Contains(12_000_000_001, Now));
        Assert.False(loaded.Contains(12_000_000_013, Now));

        Assert.Equal(SnapshotError.Foreign, DoNotCallSnapshot.TryLoad(new DoNotCallNumbers(), new MemoryStream(octets), 43, out _, out _));
        var random = new Random(5);
        for (var trial = 0; trial < (longestTable > 5_000 ? 300 : 12); trial++)
        {
            var damaged = (byte[])octets.Clone();
            var length = trial % 3 == 0 ? random.Next(octets.Length) : octets.Length;
            damaged[random.Next(8, length > 8 ? length : 9)] ^= (byte)(1 << random.Next(8));
            var target = new DoNotCallNumbers(longestTable, perLine);
            Assert.NotEqual(SnapshotError.None, DoNotCallSnapshot.TryLoad(target, new MemoryStream(damaged, 0, length), 42, out _, out _));
            Assert.Equal(0, target.Count);
        }
    }

    [Fact]
    public async Task A_snapshot_written_while_numbers_come_has_all_that_were_there_before()
    {
        var numbers = new DoNotCallNumbers(100, 1.0 / 2_600);
        var before = Crowd(300);
        foreach (var number in before)
        {
            numbers.Add(number, 0);
        }

        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0UL; !stop.IsCancellationRequested; i++)
            {
                numbers.Add(14_000_000_000 + (i % 3_000), i % 3 == 0 ? Now + 100 : 0);
                numbers.Remove(14_000_000_000 + (i * 7 % 3_000));
            }
        });
        for (var round = 0; round < 3; round++)
        {
            using var file = new MemoryStream();
            DoNotCallSnapshot.Save(numbers, file, 1, 1, 1);
            file.Position = 0;
            var loaded = new DoNotCallNumbers(100, 1.0 / 2_600);
            Assert.Equal(SnapshotError.None, DoNotCallSnapshot.TryLoad(loaded, file, 1, out _, out _));
            Assert.All(before, number => Assert.True(loaded.Contains(number, Now)));
        }

        await stop.CancelAsync();
        await writer;
    }

    /// <summary>Numbers that stand in one line of a list that did not grow yet.</summary>
    private static ulong[] Crowd(int count)
    {
        const ulong Mask = NumberLines.FewestLines - 1;
        var line = NumberKey.Spread(12_025_550_123) & Mask;
        var crowd = new ulong[count];
        var next = 0;
        for (var number = 12_025_550_123UL; next < 60; number++)
        {
            if ((NumberKey.Spread(number) & Mask) == line)
            {
                crowd[next++] = number;
            }
        }

        for (; next < count; next++)
        {
            crowd[next] = 12_600_000_000 + (ulong)(next * 7919);
        }

        return crowd;
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
