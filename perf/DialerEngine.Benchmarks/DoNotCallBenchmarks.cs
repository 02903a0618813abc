using BenchmarkDotNet.Attributes;
using DialerEngine.Core.Compliance;

namespace DialerEngine.Benchmarks;

/// <summary>Looking a number up in 100 million, beside a hash set of 10 million longs (100 million would take 2.4 GB), half of the questions hits.</summary>
[MemoryDiagnoser]
public class DoNotCallBenchmarks
{
    private const int Asked = 1 << 16;
    private readonly DoNotCallNumbers _numbers = new();
    private readonly ulong[] _ask = new ulong[Asked];
    private readonly long[] _askSet = new long[Asked];
    private HashSet<long> _set = [];
    private int _next;

    [GlobalSetup]
    public void Fill()
    {
        DoNotCallLoad.Fill(_numbers, DoNotCallLoad.Numbers);
        const int InSet = 10_000_000;
        _set = new HashSet<long>(InSet);
        for (var i = 0; i < InSet; i++)
        {
            _set.Add((long)DoNotCallLoad.Number(i));
        }

        var random = new Random(1);
        for (var i = 0; i < Asked; i++)
        {
            var miss = (ulong)(i & 1);
            _ask[i] = DoNotCallLoad.Number(random.Next(DoNotCallLoad.Numbers)) + miss;
            _askSet[i] = (long)(DoNotCallLoad.Number(random.Next(InSet)) + miss);
        }
    }

    [Benchmark]
    public bool DoNotCallNumbers() => _numbers.Contains(_ask[_next++ & (Asked - 1)], 1_800_000_000);

    [Benchmark(Baseline = true)]
    public bool HashSet() => _set.Contains(_askSet[_next++ & (Asked - 1)]);
}
