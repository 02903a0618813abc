using DialerEngine.Sip.Parsing;
using DialerEngine.Sip.Transactions;

namespace DialerEngine.Sip.Dialogs;

/// <summary>The route set of a dialog: RFC 3261 sections 12.1.1, 12.1.2 and 12.2.1.1, kept as the text of a Route header.</summary>
internal static class RouteSet
{
    /// <summary>Most hops that a route set may have; further ones are left out. Max-Forwards ends a request after 70.</summary>
    public const int MaxHops = 70;

    /// <summary>Writes the Record-Route values of a message as a list.</summary>
    /// <param name="message">The message that made the dialog.</param>
    /// <param name="reversed">True for the caller, who reads them from a response; false for the called side.</param>
    /// <param name="into">Where the list goes.</param>
    /// <returns>The length, 0 for none or too long a list.</returns>
    public static int Write(SipMessage message, bool reversed, Span<byte> into)
    {
        if (!message.TryGetHeader(SipHeaderKind.RecordRoute, out _))
        {
            return 0;
        }

        Span<(int Header, int Start, int Length)> hops = stackalloc (int, int, int)[MaxHops];
        var count = Collect(message, hops);
        scoped var text = new SipWriter(into);
        for (var i = 0; i < count; i++)
        {
            var hop = hops[reversed ? count - 1 - i : i];
            if (i > 0)
            {
                text.Raw(", "u8);
            }

            text.Text(message.ValueAt(hop.Header).Slice(hop.Start, hop.Length));
        }

        return text.Succeeded ? text.Length : 0;
    }

    /// <summary>
    /// What the Request-URI and the Route header of a request in a dialog are. A first hop without <c>lr</c> is a strict router: it stands
    /// in the Request-URI and the target goes to the end of the route.
    /// </summary>
    public static void Apply(
        ReadOnlySpan<byte> routes, ReadOnlySpan<byte> target, out ReadOnlySpan<byte> requestUri, out ReadOnlySpan<byte> firstHop,
        out ReadOnlySpan<byte> routeValue, out bool appendTarget)
    {
        requestUri = target;
        firstHop = target;
        routeValue = routes;
        appendTarget = false;
        if (routes.IsEmpty)
        {
            return;
        }

        var end = NameAddrLayout.Scan(routes, 0, routes.Length, out var layout);
        if (end < 0)
        {
            routeValue = default;
            return;
        }

        firstHop = layout.Uri.Of(routes);
        if (SipUri.TryParse(firstHop, out var uri) && !HasLooseRouting(uri))
        {
            requestUri = firstHop;
            routeValue = end < routes.Length ? routes[(end + 1)..].TrimStart((byte)' ') : default;
            appendTarget = true;
        }
    }

    /// <summary>Writes the Route header for what <see cref="Apply"/> found.</summary>
    public static void WriteHeader(ref SipWriter text, ReadOnlySpan<byte> routeValue, ReadOnlySpan<byte> target, bool appendTarget)
    {
        if (routeValue.IsEmpty && !appendTarget)
        {
            return;
        }

        text.Raw("Route: "u8);
        text.Text(routeValue);
        if (appendTarget)
        {
            text.Raw(routeValue.IsEmpty ? "<"u8 : ", <"u8);
            text.Text(target);
            text.Raw(">"u8);
        }

        text.EndHeader();
    }

    /// <summary>
    /// Where a URI leads without asking DNS: an IP literal with its port. A name is left to the caller's fallback, because DNS is I/O.
    /// </summary>
    public static bool TryResolve(ReadOnlySpan<byte> uriText, in SipPeer like, out SipPeer peer)
    {
        peer = default;
        if (!SipUri.TryParse(uriText, out var uri))
        {
            return false;
        }

        var transport = like.Transport;
        var port = uri.Port != 0 ? uri.Port : transport == SipTransport.Tls ? 5061 : 5060;
        if (!SipPeer.TryParseHost(uri.Host, (ushort)port, transport, out peer))
        {
            return false;
        }

        if (like.Connection != 0 && peer.WithPort(0) == like.WithPort(0).WithTransport(transport))
        {
            // The connection that is open to that host serves whatever port the far end names.
            peer = like;
        }

        return true;
    }

    private static bool HasLooseRouting(in SipUri uri) => uri.TryGetParameter("lr"u8, out _);

    private static int Collect(SipMessage message, Span<(int Header, int Start, int Length)> hops)
    {
        var count = 0;
        for (var i = 0; i < message.HeaderCount; i++)
        {
            if (message.KindAt(i) != SipHeaderKind.RecordRoute)
            {
                continue;
            }

            var value = message.ValueAt(i);
            var at = 0;
            while (at < value.Length && count < hops.Length)
            {
                var end = NameAddrLayout.Scan(value, at, value.Length, out var layout);
                if (end < 0)
                {
                    break;
                }

                hops[count++] = (i, layout.Raw.Start, layout.Raw.Length);
                at = end + 1;
            }
        }

        return count;
    }
}
