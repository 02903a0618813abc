using DialerEngine.Sip.Parsing;

namespace DialerEngine.Sip.Transactions;

/// <summary>
/// How the far end reaches us over one local address: what goes into Via and Contact. Made once per local address by the transport.
/// </summary>
public sealed class SipLocalAddress
{
    /// <param name="hostPort">Host and port as a Via has them, for example <c>192.0.2.7:5060</c> or <c>[2001:db8::7]:5060</c>.</param>
    /// <param name="transport">The transport.</param>
    public SipLocalAddress(string hostPort, SipTransport transport)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostPort);
        if (hostPort.StartsWith("0.0.0.0", StringComparison.Ordinal) || hostPort.StartsWith("[::]", StringComparison.Ordinal))
        {
            throw new ArgumentException("the unspecified address reaches nobody and must not stand in Via or Contact", nameof(hostPort));
        }

        HostPort = System.Text.Encoding.ASCII.GetBytes(hostPort);
        Transport = transport;
        ViaStart = System.Text.Encoding.ASCII.GetBytes("Via: SIP/2.0/" + transport.ToString().ToUpperInvariant() + " " + hostPort + ";rport;branch=");
        UriEnd = System.Text.Encoding.ASCII.GetBytes("@" + hostPort + (transport == SipTransport.Udp ? "" : ";transport=" + transport.ToString().ToLowerInvariant()));
    }

    /// <summary>Host and port in ASCII.</summary>
    public byte[] HostPort { get; }

    /// <summary>The transport of this address.</summary>
    public SipTransport Transport { get; }

    /// <summary>The Via header up to and with <c>branch=</c>, so that a request copies one run of bytes.</summary>
    internal byte[] ViaStart { get; }

    /// <summary>What follows the user part in a Contact URI.</summary>
    internal byte[] UriEnd { get; }
}

/// <summary>Where an endpoint's messages go. Called on the endpoint's own thread only.</summary>
public interface ISipTransportSink
{
    /// <summary>Sends one message. The bytes are valid during the call only.</summary>
    /// <returns>False if the transport refused it for good (RFC 3261 section 8.1.3.1); a datagram lost later is no refusal.</returns>
    bool TrySend(in SipPeer destination, ReadOnlySpan<byte> message);

    /// <summary>The address by which a peer reaches us; null if there is no transport of that kind.</summary>
    SipLocalAddress? LocalFor(in SipPeer destination);
}
