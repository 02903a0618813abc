using System.Globalization;

namespace DialerEngine.Host.Configuration;

/// <summary>Whether a finding keeps the engine from starting.</summary>
internal enum FaultSeverity
{
    /// <summary>The configuration is not used.</summary>
    Error,

    /// <summary>The configuration is used; somebody should look at this.</summary>
    Warning,
}

/// <summary>One finding about a configuration file.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column in characters, from 1.</param>
/// <param name="Path">Where in the document, e.g. <c>trunks[0].port</c>; empty for the whole document.</param>
/// <param name="Value">The offending value as written; null where there is none to show, or where it is a secret.</param>
/// <param name="Rule">What is asked for, and the mend.</param>
/// <param name="Severity">Error or warning.</param>
internal sealed record ConfigurationFault(
    string File, int Line, int Column, string Path, string? Value, string Rule, FaultSeverity Severity = FaultSeverity.Error)
{
    /// <summary>The one line that <c>check</c> prints.</summary>
    public override string ToString()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: ");
        var kind = Severity == FaultSeverity.Warning ? "warning: " : "";
        var path = Path.Length == 0 ? "" : Path + ": ";
        var value = Value is null ? "" : Value + ": ";
        return place + kind + path + value + Rule;
    }
}
