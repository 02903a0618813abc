using System.Globalization;
using System.Runtime.CompilerServices;

namespace DialerEngine.Host.Tests;

/// <summary>The program runs in the invariant culture (see Program): so do its tests.</summary>
internal static class InvariantCulture
{
    [ModuleInitializer]
    internal static void Set()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    }
}
