using System.Globalization;
using DialerEngine.Core.Groups;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DialerEngine.Host.Demo;

/// <summary>What the demo shows: a live table on a terminal, a line now and then elsewhere, and the report.</summary>
internal sealed class DemoScreen(IAnsiConsole console, DemoOptions options)
{
    private TimeSpan _lastLine = TimeSpan.FromSeconds(-100);

    /// <summary>The live table.</summary>
    public IRenderable Table(GroupSnapshot seen, TimeSpan elapsed)
    {
        var table = new Table().Border(TableBorder.Rounded).Title($"[bold]{Markup.Escape(seen.Name)}[/]  {seen.State}, {seen.DialMode}  {elapsed:mm\\:ss}");
        table.AddColumns("", "");
        table.HideHeaders();
        table.AddRow("records", $"{seen.RecordsFinished} of {options.Records} finished, {seen.RecordsBuffered} buffered");
        table.AddRow("agents", $"{seen.AgentsReady} ready, {seen.AgentsOnCall} on calls, {seen.AgentsAfterCallWork} after-call work, {seen.AgentsNotReady} not ready");
        table.AddRow("calls", $"{seen.CallsPending} under way, {seen.PersonsWaiting} waiting, {seen.CallsConnected} connected");
        table.AddRow("attempts", $"{seen.Dials} dialled, {seen.Results} with result, {seen.LiveAnswers} answered, {seen.Abandoned} abandoned");
        table.AddRow("busy factor", Percent(seen.BusyFactor));
        table.AddRow("results", Markup.Escape(string.Join("  ", seen.ByResult.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}"))));
        table.AddRow("now", Markup.Escape(seen.Explanation));
        return table;
    }

    /// <summary>The same in one line every five seconds, where no terminal is.</summary>
    public void Line(GroupSnapshot seen, TimeSpan elapsed)
    {
        if (elapsed - _lastLine < TimeSpan.FromSeconds(5))
        {
            return;
        }

        _lastLine = elapsed;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{elapsed:mm\\:ss}  {seen.RecordsFinished}/{options.Records} records finished, {seen.CallsPending} calls under way, {seen.CallsConnected} connected, {seen.AgentsReady} agents ready: {seen.Explanation}"));
    }

    /// <summary>The report at the end. Returns true when the books balance.</summary>
    public bool Report(DemoBooks books, DemoRun run, TimeSpan elapsed)
    {
        var seen = books.Group;
        var table = new Table().Border(TableBorder.Rounded).Title("[bold]Report[/]").HideHeaders();
        table.AddColumns("", "");
        table.AddRow("records", $"{books.List.Total}: {books.Finished} finished, {books.Left} left");
        table.AddRow("attempts", $"{books.Journal.Attempts} ({books.Journal.Withdrawn} taken back before they left)");
        table.AddRow("results", Markup.Escape(string.Join(", ", seen.ByResult.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}"))));
        table.AddRow("people reached", $"{seen.LiveAnswers} answered, {seen.Connected} connected, {seen.Abandoned} abandoned ({Percent(seen.OverdialRate)})");
        table.AddRow("agents' busy share", Percent(seen.BusyFactor));
        if (seen.Detection.Verdicts + seen.Detection.BeforeAnswer > 0)
        {
            table.AddRow("detection", $"{seen.Detection.Verdicts} verdicts (p50 {seen.Detection.AnswerToVerdictMsP50} ms after the answer), {seen.Detection.BeforeAnswer} calls ended by tones before it, {seen.Detection.Missed} without a verdict");
            table.AddRow("end of greeting to agent", $"p50 {seen.Detection.PersonWaitMsP50} ms, p99 {seen.Detection.PersonWaitMsP99} ms; {seen.Detection.WaitedTooLong} of {seen.LiveAnswers} people over 2 s");
        }

        table.AddRow("answer to agent", $"p50 {seen.AnswerToAgentMsP50} ms, p99 {seen.AnswerToAgentMsP99} ms");
        table.AddRow("desktops", $"{run.Agents.Sum(a => a.RecordsProcessed)} records processed, {run.Agents.Sum(a => a.Notifications)} notifications, {run.Agents.Sum(a => a.Errors)} errors");
        foreach (var lost in run.Agents.Select(a => a.LostConnection).OfType<string>())
        {
            table.AddRow("lost desktop", Markup.Escape(lost));
        }

        table.AddRow("media", $"{run.PacketsHeard} RTP packets heard by agents, {books.FarEnd.Sum(c => c.RtpIn)} by customers");
        table.AddRow("time", $"{elapsed:mm\\:ss}");
        console.Write(table);
        Console.WriteLine();
        if (DemoConfusion.Table(books) is { } confusion)
        {
            console.Write(confusion);
            Console.WriteLine();
        }


        var faults = books.Faults();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Balance: {books.List.Total} records = {books.Finished} finished + {books.Left} left; {books.Journal.Attempts} attempts = {books.Journal.Finished} results = {books.Reports.Finished} reports = {books.FarEnd.Count} calls at the far end."));
        foreach (var fault in faults)
        {
            Console.WriteLine($"Out of balance: {fault}");
        }

        Console.WriteLine(faults.Count == 0 ? "The books balance." : "The books do not balance.");
        return faults.Count == 0;
    }

    private static string Percent(double? share) => share is { } s ? s.ToString("P1", CultureInfo.InvariantCulture) : "-";
}
