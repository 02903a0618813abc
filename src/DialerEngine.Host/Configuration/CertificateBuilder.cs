using DialerEngine.Adapters.TServer;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes the settings of a certificate (keys <c>certificate</c>, <c>certificateKey</c>, <c>certificatePassword</c>) and holds that it can be used.</summary>
internal static class CertificateBuilder
{
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(14);

    public static CertificateFiles? Build(SectionValues values, FaultList faults)
    {
        if (!values.Has("certificate"))
        {
            foreach (var key in (ReadOnlySpan<string>)["certificateKey", "certificatePassword"])
            {
                if (values.Has(key))
                {
                    faults.Hidden(values.Line, values.Column, values.PathOf("certificate"), $"is missing; {key} needs it");
                }
            }

            return null;
        }

        var files = new CertificateFiles(values.Text("certificate"), values.TextOrNull("certificateKey"), values.TextOrNull("certificatePassword"));
        try
        {
            var loaded = LinkCertificate.Load(files.Certificate, files.Key, files.Password, TimeProvider.System);
            var left = loaded.NotAfter - TimeProvider.System.GetUtcNow().UtcDateTime;
            if (left < SoonOver)
            {
                var words = left < TimeSpan.Zero ? "is out of date: browsers refuse it" : $"is good for {(int)left.TotalDays} more days only";
                faults.Warning(values, "certificate", $"{words} (until {loaded.NotAfter:yyyy-MM-dd})");
            }
        }
        catch (LinkCertificateException fault)
        {
            faults.Error(values, "certificate", fault.Message);
        }

        return files;
    }
}
