using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DialerEngine.Core;

/// <summary>A rule of the machine itself was broken: a bug, never an input's fault. The group that meets it stops; others go on.</summary>
public sealed class InvariantBrokenException : Exception
{
    public InvariantBrokenException(string message)
        : base(message)
    {
    }

    public InvariantBrokenException()
    {
    }

    public InvariantBrokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Assertions that stay on in release builds.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantBrokenException"/> with the failed expression's text when <paramref name="holds"/> is false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That([DoesNotReturnIf(false)] bool holds, [CallerArgumentExpression(nameof(holds))] string expression = "")
    {
        if (!holds)
        {
            Throw(expression);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(string expression) => throw new InvariantBrokenException(expression);
}
