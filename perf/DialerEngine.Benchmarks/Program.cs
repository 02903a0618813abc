using BenchmarkDotNet.Running;
using DialerEngine.Benchmarks;

if (args is ["rtp-load", _, _, _, ..])
{
    return RtpLoad.Run(args);
}

if (args is ["cpd-load", _, _, ..])
{
    return CpdCallLoad.Run(args);
}

if (args is ["cpd-load-far"])
{
    return CpdCallLoad.SendAll();
}

if (args is ["list-fetch", _, ..])
{
    return ListFetchLoad.Run(args);
}

if (args is ["dnc-load", _, ..])
{
    return DoNotCallLoad.Run(args);
}

if (args is ["notify-load", _, _, _, _])
{
    return await NotificationLoad.RunAsync(args);
}

BenchmarkSwitcher.FromAssembly(typeof(CpdCallLoad).Assembly).Run(args);
return 0;
