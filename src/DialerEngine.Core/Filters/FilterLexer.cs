using System.Globalization;
using System.Text;

namespace DialerEngine.Core.Filters;

internal enum FilterTokenKind : byte
{
    End,
    Word,
    Number,
    Text,
    Symbol,
}

/// <summary>One word, number, text or symbol of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Place of its first character, from 0.</param>
/// <param name="Text">Its characters; of a text what is between the quotes.</param>
/// <param name="Value">A number's value.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, int Position, string Text, object? Value = null)
{
    public bool Is(string word) => Kind is FilterTokenKind.Word or FilterTokenKind.Symbol && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts a filter into tokens. Bounded by the length of the text.</summary>
internal static class FilterLexer
{
    private static readonly string[] Symbols = ["<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ","];

    public static List<FilterToken>? Read(string text, out FilterError? error)
    {
        error = null;
        var tokens = new List<FilterToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            FilterToken? token;
            if (char.IsAsciiLetter(c) || c == '_')
            {
                var end = at;
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                {
                    end++;
                }

                token = new FilterToken(FilterTokenKind.Word, at, text[at..end]);
                at = end;
            }
            else
            {
                token = c == '\'' ? ReadText(text, ref at, out error)
                    : char.IsAsciiDigit(c) || c is '-' or '+' or '.' ? ReadNumber(text, ref at, out error)
                    : ReadSymbol(text, ref at, out error);
            }

            if (token is not { } found)
            {
                return null;
            }

            tokens.Add(found);
        }

        tokens.Add(new FilterToken(FilterTokenKind.End, text.Length, ""));
        return tokens;
    }

    private static FilterToken? ReadText(string text, ref int at, out FilterError? error)
    {
        error = null;
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] == '\0')
            {
                error = new FilterError(at + 1, "a text cannot hold the character 0");
                return null;
            }

            if (text[at] != '\'')
            {
                value.Append(text[at++]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '\'')
            {
                value.Append('\'');
                at += 2;
            }
            else
            {
                at++;
                return new FilterToken(FilterTokenKind.Text, start, value.ToString());
            }
        }

        error = new FilterError(start + 1, "the text that begins here has no end; close it with a quote (a quote within a text is written twice)");
        return null;
    }

    private static FilterToken? ReadNumber(string text, ref int at, out FilterError? error)
    {
        error = null;
        var start = at++;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.' || (text[at] is '-' or '+' && text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        var digits = text[start..at];
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return new FilterToken(FilterTokenKind.Number, start, digits, integer);
        }

        if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
        {
            return new FilterToken(FilterTokenKind.Number, start, digits, real);
        }

        error = new FilterError(start + 1, $"\"{digits}\" is not a number");
        return null;
    }

    private static FilterToken? ReadSymbol(string text, ref int at, out FilterError? error)
    {
        error = null;
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                var token = new FilterToken(FilterTokenKind.Symbol, at, symbol);
                at += symbol.Length;
                return token;
            }
        }

        error = new FilterError(
            at + 1, text[at] == '"' ? "texts are written in single quotes, e.g. state = 'CA'; columns without quotes" : $"\"{text[at]}\" has no meaning here");
        return null;
    }
}
