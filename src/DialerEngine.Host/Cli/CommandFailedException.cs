namespace DialerEngine.Host.Cli;

/// <summary>A verb cannot go on, for a reason that it can say in one sentence naming the thing, the place and the mend.</summary>
internal sealed class CommandFailedException : Exception
{
    public CommandFailedException(string sentence, int exitCode = Cli.ExitCode.Failed)
        : base(sentence) => ExitCode = exitCode;

    public int ExitCode { get; }
}
