using System.Globalization;
using System.Text;
using System.Text.Json;
using DialerEngine.Pacing;

namespace DialerEngine.Host.Verbs;

/// <summary>
/// <c>pacing serve</c>: lines in, lines out. A line is at most 1 MiB; a longer one is a fault of that line alone. Output is
/// flushed whenever no further input line is at hand, so a caller may wait for each answer.
/// </summary>
internal static class PacingServe
{
    private const int FirstBuffer = 64 * 1024;
    private const int MaxLine = 1024 * 1024;

    /// <summary>Serves until the input ends. Returns 0, or 2 for a faulty configure line or a line before the first one.</summary>
    public static int Run(Stream input, Stream output, TextWriter error, bool explain)
    {
        var talk = new Conversation(output, error, explain);
        var buffer = new byte[FirstBuffer];
        int start = 0, end = 0;
        var skipping = false;
        while (true)
        {
            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = buffer.AsMemory(start, newline);
                start += newline + 1;
                if (skipping)
                {
                    skipping = false;
                }
                else if (talk.Take(line) is { } code)
                {
                    return code;
                }

                continue;
            }

            talk.Flush();
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }

            if (end == buffer.Length && end >= MaxLine)
            {
                skipping = skipping || talk.TooLong();
                end = 0;
            }
            else if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = input.Read(buffer, end, buffer.Length - end);
            if (read <= 0)
            {
                var last = end > 0 && !skipping ? talk.Take(buffer.AsMemory(0, end)) : null;
                talk.Flush();
                return last ?? 0;
            }

            end += read;
        }
    }

    private sealed class Conversation(Stream output, TextWriter error, bool explain)
    {
        private readonly PacingServeSession _session = new();
        private readonly PacingServeLine _line = new();
        private readonly List<string> _warnings = [];
        private readonly byte[] _out = new byte[FirstBuffer];
        private int _used;
        private long _number;

        /// <summary>Takes a line. Returns an exit code when the session ends with it.</summary>
        public int? Take(ReadOnlyMemory<byte> text)
        {
            _number++;
            var trimmed = text.Span.Trim(" \t\r"u8);
            if (trimmed.IsEmpty)
            {
                return null;
            }

            var fault = _line.Read(trimmed);
            if (_line.Kind == ServeLineKind.Configure)
            {
                fault ??= _session.Configure(_line, text, _warnings);
                Warn();
                return fault is null ? null : Refuse(fault);
            }

            if (!_session.IsConfigured)
            {
                return Refuse(fault ?? "the first line must be a configure line");
            }

            fault ??= _session.Take(_line);
            if (fault is not null)
            {
                Say(fault);
            }

            if (_line.Kind == ServeLineKind.Tick)
            {
                Answer(trimmed, faulty: fault is not null);
            }

            return null;
        }

        public bool TooLong()
        {
            _number++;
            Say($"the line is longer than {MaxLine} bytes");
            return true;
        }

        public void Flush()
        {
            if (_used > 0)
            {
                output.Write(_out, 0, _used);
                output.Flush();
                _used = 0;
            }
        }

        private int Refuse(string fault)
        {
            Say(fault);
            Flush();
            return 2;
        }

        private void Say(string fault) => error.WriteLine(FormattableString.Invariant($"standard input, line {_number}: {fault}"));

        private void Warn()
        {
            foreach (var warning in _warnings)
            {
                Say(warning);
            }

            _warnings.Clear();
        }

        private void Answer(ReadOnlySpan<byte> line, bool faulty)
        {
            var decision = faulty ? default : _session.Decision;
            var time = _line.TimeText.Equals(default) ? "null"u8 : line[_line.TimeText];
            if (_used + time.Length + 64 > _out.Length)
            {
                Flush();
            }

            Put("{\"t\":"u8);
            Put(time.Length < 1024 ? time : "null"u8);
            Put(",\"dial\":"u8);
            decision.Dial.TryFormat(_out.AsSpan(_used), out var written, default, CultureInfo.InvariantCulture);
            _used += written;
            if (explain)
            {
                Put(",\"why\":"u8);
                var why = faulty ? "the line has a fault" : PacingExplanation.Text(in decision);
                Put(Encoding.UTF8.GetBytes("\"" + JsonEncodedText.Encode(why).Value + "\""));
            }

            Put("}\n"u8);
        }

        private void Put(ReadOnlySpan<byte> bytes)
        {
            if (_used + bytes.Length > _out.Length)
            {
                Flush();
            }

            bytes.CopyTo(_out.AsSpan(_used));
            _used += bytes.Length;
        }
    }
}
