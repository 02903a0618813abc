using DialerEngine.Adapters.Sqlite;
using DialerEngine.Core;
using DialerEngine.Core.Pacing;
using DialerEngine.EndToEnd.Tests.Support;
using DialerEngine.Host.Demo;
using DialerEngine.Host.Engine;
using TrunkSimulator;

namespace DialerEngine.EndToEnd.Tests;

/// <summary>What an engine knows of the calls that one before it made.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task The_count_of_people_reached_goes_on_after_a_restart()
    {
        string[] numbers = [.. Enumerable.Range(0, 6).Select(i => $"+1202555010{i}")];
        using var trunk = new TrunkServer(new TrunkServerOptions
        {
            Seed = 7,
            Speed = 30,
            Script = DemoWorld.PatientScript with { Suffixes = numbers.ToDictionary(n => n[^3..], _ => CalleeScript.Person), HangUpShare = 0 },
        });
        trunk.Start();
        await using var rig = await EngineRig.StartAsync(new EngineRigOptions { Trunk = trunk.LocalEndPoint, Numbers = numbers, Agents = 2, TalkMs = 200 });
        var seen = await rig.UntilAsync(s => s.RecordsFinished >= numbers.Length, "the end of all records");
        await rig.Engine.DrainAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        Assert.True(seen.LiveAnswers > 0, $"{seen}");

        // The pacers of the next start, on the same file.
        using var storage = SqliteStorage.Open(new SqliteStorageOptions { Path = rig.Database }, []);
        var now = DateTimeOffset.UtcNow;
        var group = rig.Engine.Runtime.Groups.First().Machine.Definition;
        var reached = storage.ReadReached(group.Id, group.Options.OverdialWindowSeconds, now.ToUnixTimeMilliseconds());
        Assert.Equal((seen.LiveAnswers, seen.Abandoned), (reached.Sum(r => r.Reached), reached.Sum(r => r.Abandoned)));

        IReadOnlyList<ReachedPeople> Spoilt(GroupId id, double window) => [.. storage.ReadReached(id, window, now.ToUnixTimeMilliseconds()).Select(r => r with { Abandoned = r.Reached })];
        var pacer = new GroupPacers(Spoilt).PacerFor(group, DialMode.Predict)!;
        var decision = pacer.Decide(new PacingSituation { Now = new Moment(1, now), ReadyAgents = 1, LoggedInAgents = 1, FreeLines = 9, AvailableRecords = 9 });
        Assert.Equal(1f, decision.Inputs.AbandonRate);
    }
}
