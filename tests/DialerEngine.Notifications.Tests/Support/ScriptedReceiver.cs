using System.Text;
using DialerEngine.Notifications.Http;

namespace DialerEngine.Notifications.Tests.Support;

/// <summary>A receiver of attempt records whose every answer is in the test's hand, in virtual time. Keeps what it was told to save, and looks at the order.</summary>
internal sealed class ScriptedReceiver(TimeProvider time) : IHttpPoster
{
    private readonly Lock _gate = new();
    private int _underWay;

    /// <summary>Answers a post (its key, the number of posts so far): how long it takes (ms), whether the record is saved, the answer.</summary>
    public Func<string, int, (int DelayMs, bool Saves, HttpAnswer Answer)> Script { get; set; } = (_, _) => (0, true, HttpAnswer.Of(200));

    /// <summary>Times that a record was saved, by key.</summary>
    public Dictionary<string, int> Saved { get; } = [];

    public List<string> Faults { get; } = [];

    public int Posts { get; private set; }

    public int MostParallel { get; private set; }

    private HashSet<string> Confirmed { get; } = [];

    public async ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
    {
        var key = Encoding.UTF8.GetString(body.Span);
        (int DelayMs, bool Saves, HttpAnswer Answer) answer;
        lock (_gate)
        {
            MostParallel = Math.Max(MostParallel, ++_underWay);
            answer = Script(key, ++Posts);
            if (key.EndsWith("/1", StringComparison.Ordinal) && !Confirmed.Contains(key[..^1] + "0"))
            {
                Faults.Add($"{key} came before its 0 was confirmed");
            }

            if (key.EndsWith("/0", StringComparison.Ordinal) && Saved.ContainsKey(key[..^1] + "1"))
            {
                Faults.Add($"{key} came after its 1");
            }

            if (key != idempotencyKey)
            {
                Faults.Add($"{key} has the key {idempotencyKey}");
            }
        }

        if (answer.DelayMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(answer.DelayMs, timeoutMs)), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate)
        {
            _underWay--;
            if (answer.Saves)
            {
                Saved[key] = Saved.GetValueOrDefault(key) + 1;
            }

            if (stop.IsCancellationRequested)
            {
                return HttpAnswer.Of(HttpFault.Broken, "stopped");
            }

            var isLate = answer.DelayMs >= timeoutMs;
            if (!isLate && answer.Answer.Status == 200)
            {
                Confirmed.Add(key);
            }

            return isLate ? HttpAnswer.Of(HttpFault.Timeout, "no answer") : answer.Answer;
        }
    }
}
