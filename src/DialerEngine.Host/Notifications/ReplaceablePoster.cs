using DialerEngine.Notifications.Http;

namespace DialerEngine.Host.Notifications;

/// <summary>
/// Posts over whatever poster is the present one. One that is replaced is closed when its last post has its answer, so that new credentials come in
/// without a post being cut off.
/// </summary>
internal sealed class ReplaceablePoster(HttpPoster first) : IHttpPoster, IDisposable
{
    private readonly Lock _gate = new();
    private Use _present = new(first);

    public async ValueTask<HttpAnswer> PostAsync(Uri uri, ReadOnlyMemory<byte> body, int timeoutMs, string? idempotencyKey, CancellationToken stop)
    {
        Use use;
        lock (_gate)
        {
            use = _present;
            use.Posts++;
        }

        try
        {
            return await use.Poster.PostAsync(uri, body, timeoutMs, idempotencyKey, stop);
        }
        finally
        {
            Leave(use);
        }
    }

    /// <summary>Posts from now on go over another poster.</summary>
    public void Replace(HttpPoster next)
    {
        Use before;
        lock (_gate)
        {
            before = _present;
            before.Posts++;
            before.IsOver = true;
            _present = new Use(next);
        }

        Leave(before);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _present.Poster.Dispose();
        }
    }

    private void Leave(Use use)
    {
        bool isLast;
        lock (_gate)
        {
            isLast = --use.Posts == 0 && use.IsOver;
        }

        if (isLast)
        {
            use.Poster.Dispose();
        }
    }

    private sealed class Use(HttpPoster poster)
    {
        public HttpPoster Poster => poster;

        public int Posts;
        public bool IsOver;
    }
}
