namespace DialerEngine.Media.Wav;

/// <summary>Why a file is not usable as audio.</summary>
public enum WavError : byte
{
    None,

    /// <summary>No RIFF/WAVE head.</summary>
    NotWave,

    /// <summary>The file ends before a complete 'fmt ' chunk.</summary>
    MissingFormat,

    /// <summary>The 'fmt ' chunk contradicts itself.</summary>
    BadFormat,

    /// <summary>The file has no 'data' chunk behind its 'fmt ' chunk.</summary>
    MissingData,

    /// <summary>A coding other than 16-bit PCM, u-law or A-law.</summary>
    UnsupportedCoding,

    /// <summary>A rate other than 8,000 samples a second.</summary>
    UnsupportedSampleRate,

    /// <summary>More than one channel.</summary>
    UnsupportedChannels,

    /// <summary>The file is larger than the caller allows.</summary>
    TooLarge,
}

/// <summary>Codings of the samples; the values are the format tags of the 'fmt ' chunk.</summary>
public enum WavCoding : ushort
{
    Pcm16 = 1,
    ALaw = 6,
    MuLaw = 7,
}

/// <summary>What a file holds.</summary>
/// <param name="Coding">Coding of the samples.</param>
/// <param name="DataOffset">Where the samples begin, in octets from the file's start.</param>
/// <param name="DataLength">Octets of whole samples that are really there.</param>
/// <param name="IsTruncated">True when the head promises more than is there (a recorder that was cut off).</param>
public readonly record struct WavLayout(WavCoding Coding, int DataOffset, int DataLength, bool IsTruncated)
{
    /// <summary>Number of samples.</summary>
    public int Samples => Coding == WavCoding.Pcm16 ? DataLength / 2 : DataLength;
}
