namespace DialerEngine.Cpd.Tests.Signals;

/// <summary>A test on the development recordings (a folder shared/audio with manifest.csv beside the repository); skipped where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingsFactAttribute : FactAttribute
{
    public RecordingsFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "No folder shared/audio beside the repository.";
        }
    }

    /// <summary>The folder; null where there is none.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "audio");
            if (File.Exists(Path.Combine(folder, "manifest.csv")))
            {
                return folder;
            }
        }

        return null;
    }
}
