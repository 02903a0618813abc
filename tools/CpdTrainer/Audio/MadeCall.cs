namespace CpdTrainer.Audio;

/// <summary>A made call: time 0 is the answer; Voiced says of each hop of 20 ms whether the voice that answers sounds in it.</summary>
internal sealed record MadeCall(short[] Samples, bool IsMachine, int SpeechEndMs, int BeepStartMs, string Kind, string Voice, bool[] Voiced);
