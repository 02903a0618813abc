using System.Diagnostics;
using Microsoft.Playwright;

namespace DialerEngine.Browser.Tests;

/// <summary>One engine and one browser for all tests of the page.</summary>
[CollectionDefinition(Name)]
public sealed class DeskCollection : ICollectionFixture<DeskFixture>
{
    public const string Name = "desktop page";
}

/// <summary>What tests of the desktop page do again and again. The waits are the browser's own, with a limit: real processes talk here.</summary>
public abstract class DesktopPageSteps(DeskFixture desk)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private protected DeskFixture Desk => desk;

    protected static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Takes the next record of the preview campaign; its number. The engine may have none at hand in the first moment.</summary>
    protected static async Task<string> NextRecordAsync(IPage page)
    {
        var customer = page.GetByRole(AriaRole.Heading, new() { Level = 2, NameRegex = new("^Customer \\d+$") });
        var started = Stopwatch.GetTimestamp();
        while (!await customer.IsVisibleAsync())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "no record came to be previewed");
            await Button(page, "Next record").ClickAsync();
            await page.WaitForTimeoutAsync(400);
        }

        return await page.Locator(".phone").InnerTextAsync();
    }

    /// <summary>A message over the page.</summary>
    protected static ILocator Said(IPage page, string words) => page.Locator(".toast").GetByText(words).First;

    protected static async Task LogOutAsync(IPage page, bool close = true)
    {
        await Button(page, "Log out").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Now" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();
        if (close)
        {
            await page.Context.CloseAsync();
        }
    }

    private protected async Task<RecordRow> RowAsync(string phone, Func<RecordRow, bool> wanted)
    {
        RecordRow? row = null;
        await UntilAsync(
            () =>
            {
                row = Desk.Row(phone);
                return wanted(row);
            },
            $"the record of {phone} is as wanted");
        return row!;
    }

    protected static async Task UntilAsync(Func<bool> wanted, string words)
    {
        var started = Stopwatch.GetTimestamp();
        while (!wanted())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"not within {Patience.TotalSeconds} s: {words}");
            await Task.Delay(50);
        }
    }
}
