using System.Net;
using DialerEngine.Host.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DialerEngine.Host.Tests.Web;

/// <summary>The desktop page's files over HTTP, and what stands there where they are not built.</summary>
public sealed class DesktopPageTests
{
    [Fact]
    public async Task The_page_and_its_files_are_served_with_headers_that_bind_the_browser()
    {
        using var folder = new TemporaryFolder();
        folder.Write("index.html", "<!doctype html><title>x</title>");
        Directory.CreateDirectory(folder.File("assets"));
        folder.Write("assets/index-1.js", "let a = 1;");
        folder.Write("notes.secret", "no file of a page");
        await using var site = await Site.StartAsync(DesktopPage.Load(folder.Path));

        foreach (var path in (string[])["/desktop", "/desktop/"])
        {
            using var page = await site.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
            Assert.Equal(DesktopPage.ContentSecurityPolicy, Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-cache", page.Headers.CacheControl!.ToString());
        }

        using var script = await site.GetAsync("/desktop/assets/index-1.js");
        Assert.Equal("let a = 1;", await script.Content.ReadAsStringAsync());
        Assert.Contains("immutable", script.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var again = await site.GetAsync("/desktop/assets/index-1.js", script.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        foreach (var nothing in (string[])["/desktop/notes.secret", "/desktop/../desktop.db", "/desktop/%2e%2e/x", "/desktop/assets", "/desktop/x.js"])
        {
            using var missing = await site.GetAsync(nothing);
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }
    }

    [Fact]
    public async Task A_page_that_is_not_built_says_how_to_build_it()
    {
        using var folder = new TemporaryFolder();
        var page = DesktopPage.Load(folder.Path);
        Assert.False(page.IsBuilt);
        Assert.False(DesktopPage.Load(folder.File("nowhere")).IsBuilt);
        await using var site = await Site.StartAsync(page);
        using var answer = await site.GetAsync("/desktop");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("tools/desktop/build.sh", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:8481/cti", "dialer.example", "http://127.0.0.1:8481/desktop")]
    [InlineData("ws://0.0.0.0:8481/cti", "dialer.example", "http://dialer.example:8481/desktop")]
    [InlineData("ws://0.0.0.0:8481/cti", "", "http://localhost:8481/desktop")]
    [InlineData("wss://[::]:8443/cti", "dialer.example", "https://dialer.example:8443/desktop")]
    [InlineData("wss://192.0.2.7:8443/cti", "localhost", "https://192.0.2.7:8443/desktop")]
    public void The_page_is_where_the_link_is(string cti, string host, string expected) =>
        Assert.Equal(expected, DesktopPage.AddressOf(new Uri(cti), host).ToString());

    private sealed class Site(WebApplication app) : IAsyncDisposable
    {
        private readonly HttpClient _http = new();

        public static async Task<Site> StartAsync(DesktopPage page)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            page.Map(app);
            await app.StartAsync();
            return new Site(app);
        }

        public async Task<HttpResponseMessage> GetAsync(string path, string? tag = null)
        {
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            using var request = new HttpRequestMessage(HttpMethod.Get, address + path);
            if (tag is not null)
            {
                request.Headers.Add("If-None-Match", tag);
            }

            return await _http.SendAsync(request);
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await app.DisposeAsync();
        }
    }
}
