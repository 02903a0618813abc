using System.Globalization;
using System.Text;
using DialerEngine.Core;
using DialerEngine.Core.Groups;
using DialerEngine.Core.Lists;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Configuration;
using DialerEngine.Host.Demo;
using DialerEngine.Host.Engine;
using Microsoft.Playwright;
using TrunkSimulator;

namespace DialerEngine.Browser.Tests;

/// <summary>
/// A whole engine on the loopback with a far end, agents' phones, a preview and a progressive campaign, and a browser. Every test takes an agent of its own; agent
/// 1009 works in the progressive campaign, agents from 1010 in a preview campaign whose customers have three numbers each.
/// </summary>
public sealed class DeskFixture : IAsyncLifetime
{
    private const int Records = 60;
    private readonly string _folder = Directory.CreateTempSubdirectory("dialer-desk-").FullName;
    private readonly KeptLog _log = new();
    private TrunkServer? _trunk;
    private SimulatedPhones? _phones;
    private EngineHost? _engine;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Address of the desktop page.</summary>
    internal Uri Page => new UriBuilder(_engine!.CtiUri) { Scheme = "http", Path = "/desktop" }.Uri;

    internal EngineHost Engine => _engine!;

    /// <summary>The record of a number as the database file has it.</summary>
    internal RecordRow Row(string phone) => RecordRow.Read(Path.Combine(_folder, "desk.db"), phone);

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
        {
            return;
        }

        _trunk = new TrunkServer(
            new TrunkServerOptions { Seed = 7, Speed = 5, Script = new TrunkScript { Mix = new Dictionary<CalleeScript, double> { [CalleeScript.Person] = 1 } } }, TimeProvider.System);
        _trunk.Start();
        _phones = new SimulatedPhones(TimeProvider.System);
        _phones.Start();
        _engine = await EngineHost.StartAsync(Configure(), new EngineHostOptions { Loggers = _log }, CancellationToken.None);
        Fill("Spring list", "+1202555");
        Fill("Welcome list", "+1303555");
        FillChains("Family list", "+1404555");
        foreach (var group in (string[])["Spring@Team", "Welcome@Auto", "Family@Kin"])
        {
            foreach (var command in (GroupCommandKind[])[GroupCommandKind.Load, GroupCommandKind.Start])
            {
                Assert.Null(await _engine.Runtime.CommandAsync(group, command, DialMode.NoDialMode, CancellationToken.None));
            }
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Program,

            // Chromium's sandbox needs kernel rights that containers and root do not have; the only pages here are the engine's own.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        });
    }

    /// <summary>A fresh window, with nothing of another test in it.</summary>
    internal async Task<IPage> OpenAsync(int width = 1_280, int height = 800)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();

        // A fault of the page's script is a fault of the test that ran it.
        page.PageError += (_, fault) => throw new InvalidOperationException("the page's script failed: " + fault);
        await page.GotoAsync(Page.ToString());
        return page;
    }

    /// <summary>Logs an agent in and waits for the campaign.</summary>
    internal async Task<IPage> LogInAsync(string agent, string campaign = "Spring", int width = 1_280, int height = 800)
    {
        var page = await OpenAsync(width, height);
        await EnterAsync(page, agent, campaign);
        return page;
    }

    internal static async Task EnterAsync(IPage page, string agent, string campaign = "Spring")
    {
        await page.GetByLabel("Place").FillAsync("7" + agent);
        await page.GetByLabel("Login id").FillAsync(agent);
        await page.GetByLabel("Password").FillAsync("secret");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.GetByLabel("Campaigns").GetByText(campaign, new() { Exact = true }).WaitForAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _phones?.Dispose();
        _trunk?.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(_log.Errors);
    }

    private EngineConfiguration Configure()
    {
        // One agent's password is known as a hash only.
        var hash = $"\"passwordHash\": \"{AgentPasswordHash.Create("secret", new byte[AgentPasswordHash.SaltOctets], AgentPasswordHash.MinIterations)}\"";
        var agents = Enumerable.Range(1_001, 12).Select(id => string.Create(CultureInfo.InvariantCulture, $$"""
            { "id": {{id}}, "loginId": "{{id}}", {{(id == 1_001 ? hash : "\"password\": \"secret\"")}}, "phone": { "uri": "sip:{{id}}@{{_phones!.LocalEndPoint}}" } }
            """));
        var fields = """[ { "name": "customer_name", "type": "varchar", "send_attribute": "customer_name" }, { "name": "visits", "type": "int", "send_attribute": "visits", "default": "3" } ]""";
        var file = Path.Combine(_folder, "desk.json");
        File.WriteAllText(file, $$"""
            {
              "storage": { "sqlite": "desk.db" }, "admin": { "listen": "127.0.0.1:0" }, "cti": { "listen": "127.0.0.1:0" }, "sip": { "listen": "127.0.0.1:0" },
              "trunks": [ { "name": "trunk", "host": "127.0.0.1", "port": {{_trunk!.LocalEndPoint.Port}}, "maxCalls": 30, "maxCallsPerSecond": 60, "callerId": "+12025550100", "optionsSeconds": 0 } ],
              "tenants": [ {
                "name": "Environment",
                "compliance": { "calling_window": false },
                "callingLists": [
                  { "id": 1, "name": "Spring list", "defaultCountry": "US", "timeFrom": "00:00", "timeTo": "24:00", "fields": {{fields}} },
                  { "id": 2, "name": "Welcome list", "defaultCountry": "US", "timeFrom": "00:00", "timeTo": "24:00", "fields": {{fields}} },
                  { "id": 3, "name": "Family list", "defaultCountry": "US", "timeFrom": "00:00", "timeTo": "24:00", "fields": {{fields}} } ],
                "campaigns": [
                  { "id": 1, "name": "Spring", "description": "Contracts that end in June", "callingLists": [ { "list": "Spring list" } ] },
                  { "id": 2, "name": "Welcome", "description": "New customers", "callingLists": [ { "list": "Welcome list" } ] },
                  { "id": 3, "name": "Family", "description": "Home, mobile, work", "callingLists": [ { "list": "Family list" } ] } ],
                "agents": [ {{string.Join(", ", agents)}} ],
                "agentGroups": [
                  { "name": "Team", "agents": [ "1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008" ] },
                  { "name": "Auto", "agents": [ "1009" ] },
                  { "name": "Kin", "agents": [ "1010", "1011", "1012" ] } ],
                "campaignGroups": [
                  { "id": 1, "campaign": "Spring", "agentGroup": "Team", "dialMode": "Preview", "trunks": [ "trunk" ] },
                  { "id": 2, "campaign": "Welcome", "agentGroup": "Auto", "dialMode": "Progressive", "trunks": [ "trunk" ], "options": { "minimum_ring_time": 0 } },
                  { "id": 3, "campaign": "Family", "agentGroup": "Kin", "dialMode": "Preview", "trunks": [ "trunk" ] } ]
              } ]
            }
            """);
        var read = ConfigurationReader.Read(file);
        return read.Configuration ?? throw new InvalidOperationException(string.Join("; ", read.Faults));
    }

    /// <summary>Customers with three numbers each: home, mobile and work.</summary>
    private void FillChains(string list, string prefix)
    {
        using var writer = _engine!.Bulk.BeginWrite(list, ["contact_info", "customer_name", "chain_id", "chain_n", "contact_info_type"]);
        Span<ListCell> cells = stackalloc ListCell[5];
        var text = new byte[128];
        for (var i = 0; i < 30; i++)
        {
            var phone = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{i + 100:D4}"), text);
            var name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Customer {(i / 3) + 1}"), text.AsSpan(phone));
            cells[0] = ListCell.OfText(0, phone);
            cells[1] = ListCell.OfText(phone, name);
            cells[2] = ListCell.OfInteger((i / 3) + 1);
            cells[3] = ListCell.OfInteger(i % 3);
            cells[4] = ListCell.OfInteger((int)((PhoneType[])[PhoneType.HomePhone, PhoneType.Mobile, PhoneType.DirectBusinessPhone])[i % 3]);
            Assert.Equal(ImportFault.None, writer.Write(cells, text.AsSpan(0, phone + name)));
        }

        writer.Commit();
    }

    private void Fill(string list, string prefix)
    {
        using var writer = _engine!.Bulk.BeginWrite(list, ["contact_info", "customer_name"]);
        Span<ListCell> cells = stackalloc ListCell[2];
        var text = new byte[128];
        for (var i = 0; i < Records; i++)
        {
            var phone = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{i + 100:D4}"), text);
            var name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Customer {i + 1}"), text.AsSpan(phone));
            cells[0] = ListCell.OfText(0, phone);
            cells[1] = ListCell.OfText(phone, name);
            Assert.Equal(ImportFault.None, writer.Write(cells, text.AsSpan(0, phone + name)));
        }

        writer.Commit();
    }
}
