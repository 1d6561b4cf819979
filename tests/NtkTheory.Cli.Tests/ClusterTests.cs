using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace NtkTheory.Cli.Tests;

public sealed class ClusterTests(ITestOutputHelper output) : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("slurm")]
    [InlineData("parallel")]
    public async Task A_script_is_one_that_the_shell_accepts(string engine)
    {
        var printed = await Run.Of(
            "cluster",
            engine,
            "gram/*",
            "--shards",
            "12",
            "--seed",
            "3",
            "--data",
            "iris"
        );
        Assert.Equal((ExitCode.AsExpected, ""), (printed.Code, printed.Error));
        Assert.Contains("verify \"gram/*\" --seed 3 --data iris --workers", printed.Out);
        Assert.Contains("/12", printed.Out);
        var (code, error) = await Shell("-n", folder.File("script", printed.Out));
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task The_jobs_for_kubernetes_count_from_zero_and_the_shards_from_one()
    {
        var printed = await Run.Of("cluster", "kubernetes", "--shards", "5", "--image", "registry/ntk:7");
        Assert.Contains("completions: 5\n", printed.Out);
        Assert.Contains("i=$((JOB_COMPLETION_INDEX + 1))", printed.Out);
        Assert.Contains("image: registry/ntk:7\n", printed.Out);
        Assert.DoesNotContain('\t', printed.Out);
    }

    [Theory]
    [InlineData("nothing/like-this", "No statement or topic")]
    [InlineData("gram", "cannot stand in a script", "--data", "$(reboot).csv")]
    public async Task What_cannot_run_is_not_printed(string name, string sentence, params string[] more)
    {
        var printed = await Run.Of(["cluster", "slurm", name, .. more]);
        Assert.Equal((ExitCode.BadInput, ""), (printed.Code, printed.Out));
        Assert.True(
            printed.Error.Contains(sentence) || printed.Error.Contains("no such file"),
            printed.Error
        );
    }

    /// <summary>
    /// The printed script on a real Slurm, with a task cancelled and one requeued, where Slurm is installed; elsewhere
    /// only the scripts are looked at, and the output says so.
    /// </summary>
    [Fact]
    public async Task A_sweep_on_slurm_ends_as_one_process_does()
    {
        var scripts = Path.Combine(Repository.Root, "tests", "slurm");
        foreach (var script in new[] { "up", "down", "sweep" })
        {
            Assert.Equal((0, ""), await Shell("-n", Path.Combine(scripts, script)));
        }

        var (there, _) = await Shell("-c", "command -v slurmctld slurmd sbatch munged");
        if (there != 0)
        {
            output.WriteLine("DID NOT RUN: slurmctld, slurmd, sbatch or munged is not installed here.");
            return;
        }

        var tool = folder.File(
            "ntk",
            $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "ntk.dll")}' \"$@\"\n"
        );
        await Shell("-c", $"chmod +x '{tool}'");
        var (code, error) = await Shell(
            Path.Combine(scripts, "sweep"),
            tool,
            folder.File("slurm"),
            "linearization",
            "margin",
            "quadratic",
            "learning-rate",
            "criticality"
        );
        Assert.True(code == 0, error);
    }

    private async Task<(int Code, string Error)> Shell(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("bash", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var read = Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        await process.WaitForExitAsync();
        // The daemons of a cluster keep the pipes open until they are down.
        var texts = await read;
        output.WriteLine(texts[0]);
        return (process.ExitCode, texts[1]);
    }
}
