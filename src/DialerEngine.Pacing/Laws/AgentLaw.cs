namespace DialerEngine.Pacing.Laws;

/// <summary>
/// When busy agents come free: talk, then wrap with some chance, then ready unless the agent leaves. Tables give, for an age in
/// talk or in wrap, the chance of being free by each point of the horizon plus the time that an answered person may wait.
/// The tables are made anew a row at a time, so that no decision pays for all of them.
/// </summary>
internal sealed class AgentLaw
{
    /// <summary>Rows of each table; row r is for the age at which bin r of <see cref="StayLaw"/> begins.</summary>
    public const int Rows = StayLaw.Bins;

    private const double ShareMemory = 150;
    private const double LeaveMemory = 40;

    private const int MostSeconds = Horizon.Points + 32;

    private readonly double[] _afterTalk = new double[MostSeconds];
    private readonly double[] _ended = new double[MostSeconds];
    private readonly double[] _talkRows = new double[(Rows + 1) * Horizon.Points];
    private readonly double[] _wrapRows = new double[(Rows + 1) * Horizon.Points];
    private double _wrapShareEvents = 4;
    private double _wrapShareTotal = 5;
    private double _left;
    private double _returned = 10;
    private int _nextRow;
    private double _wait;

    /// <param name="waitSeconds">Time that an answered person may wait for an agent, 0 to 30 s.</param>
    public AgentLaw(double waitSeconds)
    {
        _wait = waitSeconds;
        RebuildAll();
    }

    /// <summary>Time that an answered person may wait for an agent, seconds.</summary>
    public double Wait
    {
        get => _wait;
        set
        {
            if (value != _wait)
            {
                _wait = value;
                RebuildAll();
            }
        }
    }

    /// <summary>Law of talk (and hold).</summary>
    public StayLaw Talk { get; } = new(150);

    /// <summary>Law of after-call work.</summary>
    public StayLaw Wrap { get; } = new(30);

    /// <summary>Announcements of agents.</summary>
    public ReadyTimeLaw ReadyTime { get; } = new();

    /// <summary>Share of talks that are followed by after-call work.</summary>
    public double WrapShare => _wrapShareEvents / _wrapShareTotal;

    /// <summary>Chance that an agent who ends a call goes away instead of becoming ready.</summary>
    public double LeaveShare => _left / (_left + _returned);

    /// <summary>Chances for an agent who has talked for the age of the row.</summary>
    public ReadOnlySpan<double> TalkRow(int row) => _talkRows.AsSpan(row * Horizon.Points, Horizon.Points);

    /// <summary>Chances for an agent who has been in after-call work for the age of the row.</summary>
    public ReadOnlySpan<double> WrapRow(int row) => _wrapRows.AsSpan(row * Horizon.Points, Horizon.Points);

    /// <summary>Chance that an agent who announced to be ready is free for a person answering at a point.</summary>
    public double AnnouncedAt(double lateNow, int point) =>
        (1 - LeaveShare) * ReadyTime.Within(lateNow, Horizon.SecondsAt(point) + _wait);

    /// <summary>A talk ended, into after-call work or not.</summary>
    public void TalkEnded(bool intoWrap)
    {
        const double Keep = 1 - (1 / ShareMemory);
        _wrapShareEvents = (_wrapShareEvents * Keep) + (intoWrap ? 1 : 0);
        _wrapShareTotal = (_wrapShareTotal * Keep) + 1;
    }

    /// <summary>A busy agent came back as ready, or left.</summary>
    public void Returned(bool ready)
    {
        const double Keep = 1 - (1 / LeaveMemory);
        _left = (_left * Keep) + (ready ? 0 : 1);
        _returned = (_returned * Keep) + (ready ? 1 : 0);
    }

    /// <summary>Makes some rows anew.</summary>
    public void RebuildNext(int rows)
    {
        if (_nextRow == 0)
        {
            AfterTalk();
        }

        for (var i = 0; i < rows; i++)
        {
            Rebuild(_nextRow);
            _nextRow++;
            if (_nextRow == Rows)
            {
                // The row past the last lets a caller interpolate without a test.
                TalkRow(Rows - 1).CopyTo(_talkRows.AsSpan(Rows * Horizon.Points));
                WrapRow(Rows - 1).CopyTo(_wrapRows.AsSpan(Rows * Horizon.Points));
                _nextRow = 0;
                break;
            }
        }
    }

    /// <summary>Makes all rows anew.</summary>
    public void RebuildAll()
    {
        _nextRow = 0;
        RebuildNext(Rows);
    }

    // Chance of being ready some whole seconds (and the fraction of the wait) after a talk's end.
    private void AfterTalk()
    {
        Wrap.Leave(0, _wait - Math.Floor(_wait), _afterTalk);
        var share = WrapShare;
        foreach (ref var chance in _afterTalk.AsSpan())
        {
            chance = 1 - share + (share * chance);
        }
    }

    private void Rebuild(int row)
    {
        var age = StayLaw.StartOf(row);
        var stays = 1 - LeaveShare;
        var wrapRow = _wrapRows.AsSpan(row * Horizon.Points, Horizon.Points);
        Wrap.Leave(age, Horizon.SecondsAt(0) + _wait, wrapRow);
        Series.Scale(wrapRow, stays);

        // A talk that ends in second j (at its middle) leaves whole seconds until the point and the wait after it.
        var wholeWait = (int)Math.Floor(_wait);
        var seconds = Horizon.Points + wholeWait;
        Talk.Leave(age, 1, _ended.AsSpan(0, seconds));
        for (var j = seconds - 1; j > 0; j--)
        {
            _ended[j] -= _ended[j - 1];
        }

        var talkRow = _talkRows.AsSpan(row * Horizon.Points, Horizon.Points);
        talkRow.Clear();
        for (var j = 0; j < seconds; j++)
        {
            var ends = _ended[j] * stays;
            var from = Math.Max(0, j - wholeWait);
            var chances = talkRow[from..];
            Series.AddScaled(chances, ends, _afterTalk.AsSpan(from - j + wholeWait, chances.Length));
        }
    }
}
