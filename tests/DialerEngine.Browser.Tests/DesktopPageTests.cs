using System.Diagnostics;
using System.Globalization;
using DialerEngine.Core;
using DialerEngine.Core.Compliance;
using Microsoft.Playwright;

namespace DialerEngine.Browser.Tests;

/// <summary>
/// An agent's work on the desktop page, in a browser, against a whole engine. Screenshots are left in <c>artifacts/screens</c>. The waits are the browser's own, with a
/// limit: real processes talk here.
/// </summary>
[Collection(DeskCollection.Name)]
public sealed class DesktopPageTests(DeskFixture desk) : DesktopPageSteps(desk)
{
    [ChromiumFact]
    public async Task A_wrong_login_is_said_in_the_engines_words_and_the_right_one_shows_the_campaigns()
    {
        var page = await Desk.OpenAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("login") });
        await page.GetByLabel("Place").FillAsync("71001");
        await page.GetByLabel("Login id").FillAsync("1001");
        await page.GetByLabel("Password").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByText("Wrong password").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("login-refused") });
        await DeskFixture.EnterAsync(page, "1001");

        Assert.Equal("true", await Button(page, "Not ready").GetAttributeAsync("aria-pressed"));
        await Button(page, "Ready").ClickAsync();
        await page.Locator("[data-work=Ready][aria-pressed=true]").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("ready") });
        await Button(page, "After-call work").ClickAsync();
        await page.Locator("[data-work=AfterCallWork][aria-pressed=true]").WaitForAsync();
        await LogOutAsync(page, close: false);
        Assert.Equal("1001", await page.GetByLabel("Login id").InputValueAsync());
        Assert.Equal("", await page.GetByLabel("Password").InputValueAsync());
        await page.Context.CloseAsync();
    }

    [ChromiumFact]
    public async Task A_previewed_record_is_rescheduled_by_the_customers_clock()
    {
        var page = await Desk.LogInAsync("1002");
        var phone = await NextRecordAsync(page);
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("preview") });
        await page.GetByLabel("Visits").FillAsync("4");
        await Button(page, "Save changes").ClickAsync();
        await Said(page, "Changes saved").WaitForAsync();

        await Button(page, "Tomorrow").ClickAsync();
        var wanted = DateTime.ParseExact(await page.Locator("input[name=when]").InputValueAsync(), "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
        await page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("Personal");
        await Button(page, "Note callback").ClickAsync();
        await page.GetByText($"Personal callback at {wanted.ToString("MM/dd/yyyy HH:mm", CultureInfo.InvariantCulture)}").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("callback") });
        await page.GetByLabel("Then go ready").UncheckAsync();
        await Button(page, "Finish record").ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();

        var row = await RowAsync(phone, r => r.ScheduledAt > 0 && r.Status == RecordStatus.Ready);

        // The number is of Washington: its clock, whatever the agent's is.
        var there = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(row.ScheduledAt), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        Assert.Equal(wanted, there.DateTime);
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task A_customer_who_wants_no_more_calls_is_put_on_the_do_not_call_list()
    {
        var page = await Desk.LogInAsync("1003");
        var phone = await NextRecordAsync(page);
        await Button(page, "Do not call").ClickAsync();
        await page.GetByLabel("What the customer said").FillAsync("not again, please");
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("do-not-call") });
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Do not call" }).ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        await Said(page, "On the do-not-call list").WaitForAsync();
        var keeper = Assert.Single(Desk.Engine.Rules.Keepers);
        Assert.True(NumberKey.TryPack(phone, "US", out var number));
        await UntilAsync(() => keeper.List.Numbers.Contains(number, DateTimeOffset.UtcNow.ToUnixTimeSeconds()), "the number is on the do-not-call list");
        await RowAsync(phone, r => r.Type == RecordType.NoCall);
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task A_cancelled_record_and_one_that_is_given_back_leave_the_desktop()
    {
        var page = await Desk.LogInAsync("1004");
        var cancelled = await NextRecordAsync(page);
        await Button(page, "Cancel record").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel record" }).ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        await RowAsync(cancelled, r => r.Status == RecordStatus.Canceled);
        var returned = await NextRecordAsync(page);
        await Button(page, "Give back").ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        await RowAsync(returned, r => r.Status is RecordStatus.Ready or RecordStatus.Retrieved);
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task A_page_that_is_loaded_again_finds_its_record()
    {
        var page = await Desk.LogInAsync("1005");
        var phone = await NextRecordAsync(page);
        page.Dialog += (_, leave) => _ = leave.AcceptAsync();
        await page.ReloadAsync();
        Assert.Equal("1005", await page.GetByLabel("Login id").InputValueAsync());
        await DeskFixture.EnterAsync(page, "1005");
        await page.GetByText(phone).First.WaitForAsync();
        await Button(page, "Give back").ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task The_page_is_worked_with_the_keyboard_alone()
    {
        var page = await Desk.OpenAsync();
        foreach (var text in (string[])["71006", "1006", "secret"])
        {
            await page.Keyboard.TypeAsync(text);
            await page.Keyboard.PressAsync(text == "secret" ? "Enter" : "Tab");
        }

        await page.GetByLabel("Campaigns").GetByText("Spring", new() { Exact = true }).WaitForAsync();
        await page.Locator(".campaign .pill.good").WaitForAsync();
        await page.Keyboard.PressAsync("Alt+p");
        await page.GetByRole(AriaRole.Heading, new() { Level = 2, NameRegex = new("^Customer \\d+$") }).WaitForAsync();
        await page.Keyboard.PressAsync("Alt+3");
        await page.Locator("[data-work=AfterCallWork][aria-pressed=true]").WaitForAsync();
        await page.GetByLabel("Treatment").FocusAsync();
        await Button(page, "Give back").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("No record on your desktop").WaitForAsync();
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task Every_control_has_a_name_and_no_window_scrolls_sideways()
    {
        var page = await Desk.LogInAsync("1007");
        await NextRecordAsync(page);
        foreach (var (width, height) in ((int, int)[])[(1_280, 800), (900, 800), (420, 860), (320, 640)])
        {
            await page.SetViewportSizeAsync(width, height);
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(over <= 0, $"at {width} px the page is {over} px too wide");
            await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf(string.Create(CultureInfo.InvariantCulture, $"width-{width}")), FullPage = width < 500 });
        }

        var nameless = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll("button, input, select")].filter((one) => one.offsetParent !== null)
              .filter((one) => (one.textContent.trim() || one.labels?.[0]?.textContent.trim() || one.getAttribute("aria-label") || "") === "")
              .map((one) => one.outerHTML)
            """);
        Assert.Empty(nameless);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(1_280, 800);
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("dark") });
        await Button(page, "Give back").ClickAsync();
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task A_call_of_a_progressive_campaign_comes_is_talked_ends_and_gets_its_result()
    {
        var page = await Desk.LogInAsync("1009", "Welcome");
        await Button(page, "Ready").ClickAsync();
        await page.GetByText("Talking").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("talking") });
        var phone = await page.Locator(".phone").InnerTextAsync();
        var release = Button(page, "Release");
        if (await release.IsVisibleAsync())
        {
            // The customer may be quicker.
            await release.ClickAsync(new() { Force = true });
        }

        await page.GetByText("Call ended").WaitForAsync();
        await page.Locator("[data-work=AfterCallWork][aria-pressed=true]").WaitForAsync();
        await page.GetByLabel("Result").SelectOptionAsync("53");
        await page.GetByLabel("Then go ready").UncheckAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("after-call-work") });
        await Button(page, "Finish record").ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        await RowAsync(phone, r => r.Result == CallResult.WrongNumber);
        await LogOutAsync(page);
    }

    [NodeFact]
    public async Task The_pages_own_unit_tests_pass()
    {
        var start = new ProcessStartInfo("npm", ["test", "--silent"])
        {
            WorkingDirectory = Path.Combine(Chromium.Root, "tools", "desktop"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.Matches("# pass [1-9]", await output);
    }
}
