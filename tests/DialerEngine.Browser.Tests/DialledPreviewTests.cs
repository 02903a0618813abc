using System.Globalization;
using DialerEngine.Core;
using Microsoft.Playwright;

namespace DialerEngine.Browser.Tests;

/// <summary>Previews that are dialled from the page, the other numbers of a customer, and records that the agent adds.</summary>
[Collection(DeskCollection.Name)]
public sealed class DialledPreviewTests(DeskFixture desk) : DesktopPageSteps(desk)
{
    [ChromiumFact]
    public async Task A_previewed_record_is_dialled_talked_and_finished_and_may_be_dialled_again()
    {
        var page = await Desk.LogInAsync("1001");
        var phone = await NextRecordAsync(page);
        await page.GetByText("Not dialled").WaitForAsync();
        await DialAndTalkAsync(page, "preview-talking");

        // Again, from the same record: each dial is an attempt of its own.
        await DialAndTalkAsync(page, "preview-again");
        await page.GetByLabel("Result").SelectOptionAsync("40");
        await page.GetByLabel("Then go ready").UncheckAsync();
        await Button(page, "Finish record").ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        var row = await RowAsync(phone, r => r.Status == RecordStatus.Updated);
        Assert.Equal((CallResult.WrongParty, 2), (row.Result, row.Attempts));
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task The_other_numbers_of_a_customer_are_shown_dialled_and_finished_with_the_first()
    {
        var page = await Desk.LogInAsync("1010", "Family");
        var home = await NextRecordAsync(page);
        await Button(page, "Show other numbers").ClickAsync();
        var chain = page.Locator(".chain li");
        await chain.Nth(1).WaitForAsync();
        Assert.Equal(2, await chain.CountAsync());
        var first = long.Parse(home[1..], CultureInfo.InvariantCulture);
        var mobile = string.Create(CultureInfo.InvariantCulture, $"+{first + 1}");
        var work = string.Create(CultureInfo.InvariantCulture, $"+{first + 2}");
        Assert.StartsWith(mobile + " Mobile", await chain.Nth(0).InnerTextAsync(), StringComparison.Ordinal);
        Assert.StartsWith(work + " Direct Business", await chain.Nth(1).InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("chain") });

        await chain.Nth(0).GetByRole(AriaRole.Button, new() { Name = "Dial" }).ClickAsync();
        await page.GetByText("Talking").WaitForAsync();
        Assert.Equal(mobile, await page.Locator(".phone").InnerTextAsync());
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("chain-talking") });
        await ReleaseAsync(page);
        await page.GetByLabel("Result").SelectOptionAsync("33");
        await page.GetByLabel("Then go ready").UncheckAsync();
        await Button(page, "Finish record").ClickAsync();
        Assert.Equal(CallResult.Answer, (await RowAsync(mobile, r => r.Status == RecordStatus.Updated)).Result);
        await page.GetByText("No record on your desktop").WaitForAsync();

        // The person was reached: nobody dials the other numbers.
        await RowAsync(home, r => r.Status is RecordStatus.ChainUpdated or RecordStatus.Updated);
        await RowAsync(work, r => r.Status is RecordStatus.ChainUpdated or RecordStatus.Updated);
        await LogOutAsync(page);
    }

    [ChromiumFact]
    public async Task A_new_customer_and_one_more_number_of_a_customer_are_added()
    {
        var page = await Desk.LogInAsync("1011", "Family");
        await Button(page, "Add record").ClickAsync();
        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("Calling list").FillAsync("Family list");
        await form.GetByLabel("Phone", new() { Exact = true }).FillAsync("12");
        await form.GetByLabel("Time zone").FillAsync("EST");
        await Add(form).ClickAsync();
        await form.GetByText("Invalid Attribute Value (103): GSW_PHONE has a wrong value").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("add-refused") });
        await form.GetByLabel("Phone", new() { Exact = true }).FillAsync("(404) 555-0900");
        await Add(form).ClickAsync();
        await Said(page, "The record was added").WaitForAsync();
        var added = await RowAsync("+14045550900", r => r.Status is RecordStatus.Ready or RecordStatus.Retrieved);
        Assert.Equal(RecordType.General, added.Type);

        var phone = await NextRecordAsync(page);
        var chain = (await RowAsync(phone, _ => true)).ChainId;
        await Button(page, "Add number").ClickAsync();
        Assert.Equal("Family list", await form.GetByLabel("Calling list").InputValueAsync());
        await form.GetByLabel("Phone", new() { Exact = true }).FillAsync("404 555 0901");
        await form.GetByLabel("Time zone").FillAsync("EST");
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("add-number") });
        await Add(form).ClickAsync();
        await form.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal(chain, (await RowAsync("+14045550901", _ => true)).ChainId);

        await Button(page, "Show other numbers").ClickAsync();
        await page.Locator(".chain").GetByText("+14045550901").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf("chain-of-four") });

        // Logging out gives back what was only looked at.
        await LogOutAsync(page);
        await RowAsync(phone, r => r.Status == RecordStatus.Ready);
    }

    [ChromiumFact]
    public async Task A_page_opened_again_while_the_old_one_is_there_takes_over_and_the_old_one_says_so()
    {
        var old = await Desk.LogInAsync("1012", "Family");
        var phone = await NextRecordAsync(old);
        var page = await Desk.LogInAsync("1012", "Family");
        Assert.Equal(phone, await page.Locator(".phone").InnerTextAsync());
        await old.GetByText("You logged in at this place again").WaitForAsync();
        await old.ScreenshotAsync(new() { Path = Chromium.ScreenOf("taken-over") });
        await Button(page, "Give back").ClickAsync();
        await page.GetByText("No record on your desktop").WaitForAsync();
        await old.Context.CloseAsync();
        await LogOutAsync(page);
    }

    private static async Task DialAndTalkAsync(IPage page, string screen)
    {
        await Button(page, "Dial").ClickAsync();
        await page.GetByText("Talking").WaitForAsync();
        await page.ScreenshotAsync(new() { Path = Chromium.ScreenOf(screen) });
        await ReleaseAsync(page);
    }

    private static async Task ReleaseAsync(IPage page)
    {
        var release = Button(page, "Release");
        if (await release.IsVisibleAsync())
        {
            // The customer may be quicker.
            await release.ClickAsync(new() { Force = true });
        }

        await page.GetByText("Call ended").WaitForAsync();
    }

    private static ILocator Add(ILocator form) => form.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true });
}
