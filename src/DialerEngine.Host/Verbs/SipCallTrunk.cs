using System.Net;
using System.Text;
using DialerEngine.Adapters.SipServer.Telephony;
using DialerEngine.Host.Configuration;
using DialerEngine.Sip.Parsing;

namespace DialerEngine.Host.Verbs;

/// <summary>What a trunk of a configuration brings to a test call: the same address, texts and outcome table that the engine's calls get.</summary>
internal sealed record SipCallTrunk
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string CallerId { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public string Prefix { get; init; } = "";

    public bool StripPlus { get; init; }

    /// <summary>Address put into Contact, From and SDP; null takes the local one.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    public SipOutcomeMap Outcomes { get; init; } = SipOutcomeMap.Standard;

    /// <summary>Reads the trunk from a configuration file.</summary>
    /// <returns>Null with the reason, and the file's own faults written to <paramref name="error"/>, where there is none to be had.</returns>
    public static SipCallTrunk? Load(string name, string file, TextWriter error, out string fault)
    {
        fault = "";
        if (CheckVerb.Load(file, error) is not { } configuration)
        {
            fault = $"--config {file}: the configuration cannot be used.";
            return null;
        }

        if (configuration.Trunks.FirstOrDefault(t => t.Name == name) is not { } trunk)
        {
            var names = configuration.Trunks.Select(t => t.Name).ToArray();
            fault = $"--trunk {name}: there is no trunk of this name in {file}{DidYouMean.Ask(name, names)}; it has {string.Join(", ", names)}.";
            return null;
        }

        return new SipCallTrunk
        {
            Host = trunk.Host,
            Port = trunk.Port,
            CallerId = trunk.CallerId,
            User = trunk.User,
            Password = trunk.Password,
            Prefix = trunk.Prefix,
            StripPlus = trunk.StripPlus,
            AdvertisedAddress = configuration.Sip.AdvertisedAddress,
            Outcomes = trunk.Results.Count > 0 ? SipOutcomeMap.With(trunk.Results) : SipOutcomeMap.Standard,
        };
    }

    /// <summary>The Request-URI: a SIP URI as it is given, a number as the engine dials it over this trunk. Null if it is neither.</summary>
    public string? RequestUriOf(string uriOrNumber)
    {
        if (SipCallVerb.IsSipUri(uriOrNumber))
        {
            return uriOrNumber;
        }

        var number = StripPlus && uriOrNumber.StartsWith('+') ? uriOrNumber[1..] : uriOrNumber;
        var host = Port == 5060 ? Host : $"{Host}:{Port}";
        var uri = $"sip:{Prefix}{number}@{host}";
        return number.Length > 0 && number.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '*' or '-' or '.')
            && SipUri.TryParse(Encoding.UTF8.GetBytes(uri), out _) ? uri : null;
    }
}
