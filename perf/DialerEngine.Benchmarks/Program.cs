using BenchmarkDotNet.Running;
using DialerEngine.Benchmarks;

if (args is ["rtp-load", _, _, _, ..])
{
    return RtpLoad.Run(args);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
