using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using DialerEngine.Media.G711;
using DialerEngine.Media.Rtp;

namespace DialerEngine.Benchmarks;

/// <summary>The media library's hot paths on one frame of 20 ms, each beside the plain way of writing it.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class MediaBenchmarks
{
    private readonly short[] _samples = new short[160];
    private readonly byte[] _codes = new byte[160];
    private readonly byte[] _packet = new byte[172];
    private readonly JitterBuffer _jitter = new(G711Law.MuLaw);
    private readonly SortedDictionary<uint, byte[]> _sorted = [];
    private uint _timestamp;
    private uint _sortedTimestamp;

    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < _samples.Length; i++)
        {
            _samples[i] = (short)(Math.Sin(i * 0.3) * 12_000);
        }

        G711Codec.Encode(G711Law.MuLaw, _samples, _codes);
        RtpPacket.WriteHeader(_packet, 0, false, 1, 160, 7);
    }

    [Benchmark]
    public void EncodeMuLaw() => G711Codec.Encode(G711Law.MuLaw, _samples, _codes);

    [Benchmark]
    public byte[] EncodeMuLawPlain()
    {
        var codes = new byte[_samples.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            int sample = _samples[i];
            var magnitude = Math.Min(((sample < 0 ? ~sample : sample) / 4) + 33, 8191);
            var segment = 0;
            while (magnitude >= 64 << segment)
            {
                segment++;
            }

            codes[i] = (byte)~((segment << 4) | ((magnitude >> (segment + 1)) & 0xF) | (sample < 0 ? 0x80 : 0));
        }

        return codes;
    }

    [Benchmark]
    public void DecodeMuLaw() => G711Codec.Decode(G711Law.MuLaw, _codes, _samples);

    [Benchmark]
    public void Transcode() => G711Codec.Transcode(G711Law.MuLaw, _codes, G711Law.ALaw, _codes);

    [Benchmark]
    public byte[] TranscodePlain()
    {
        var linear = new short[160];
        var target = new byte[160];
        G711Codec.Decode(G711Law.MuLaw, _codes, linear);
        for (var i = 0; i < linear.Length; i++)
        {
            target[i] = G711Codec.Encode(G711Law.ALaw, linear[i]);
        }

        return target;
    }

    [Benchmark]
    public int ParseRtp() => RtpPacket.TryParse(_packet, out var packet) == RtpParseError.None ? packet.Payload.Length + packet.SequenceNumber : -1;

    [Benchmark]
    public object ParseRtpPlain()
    {
        var payload = new byte[_packet.Length - 12];
        Array.Copy(_packet, 12, payload, 0, payload.Length);
        return Tuple.Create(
            _packet[1] & 0x7F,
            BinaryPrimitives.ReverseEndianness(BitConverter.ToUInt16(_packet, 2)),
            BinaryPrimitives.ReverseEndianness(BitConverter.ToUInt32(_packet, 4)),
            payload);
    }

    [Benchmark]
    public void BuildRtp() => RtpPacket.WriteHeader(_packet, 0, false, 1, 160, 7);

    [Benchmark]
    public int JitterBufferPutGet()
    {
        _jitter.Put(_timestamp += 160, _codes);
        return _jitter.Get(_codes);
    }

    [Benchmark]
    public int JitterBufferPutGetPlain()
    {
        _sorted[_sortedTimestamp += 160] = [.. _codes];
        if (_sorted.Count <= 2)
        {
            return 0;
        }

        var first = _sorted.First();
        _sorted.Remove(first.Key);
        return first.Value.Length;
    }
}
