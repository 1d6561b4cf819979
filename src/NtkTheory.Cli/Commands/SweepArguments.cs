using System.CommandLine;

namespace NtkTheory.Cli.Commands;

/// <summary>The options of a verification that outlives its process.</summary>
internal sealed class SweepArguments
{
    private readonly Option<string> checkpoint = new("--checkpoint")
    {
        HelpName = "FILE",
        Description = "Appends one durable line per finished statement to a new file.",
    };

    private readonly Option<string> resume = new("--resume")
    {
        HelpName = "FILE",
        Description = "Continues such a file, or begins it where there is none.",
    };

    private readonly Option<Shard?> shard = new("--shard")
    {
        HelpName = "I/N",
        Description = "Judges part I of N only, for 'ntk merge'; needs a checkpoint.",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (!Shard.TryParse(text, out var part))
            {
                result.AddError($"--shard is I/N with I from 1 to N, such as 3/8, not '{text}'.");
            }

            return part;
        },
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(checkpoint);
        command.Add(resume);
        command.Add(shard);
    }

    /// <summary>The file and the part that are asked for; nothing where no file is named.</summary>
    public (string Path, Shard? Shard)? Read(ParseResult parsed)
    {
        var (fresh, old, part) = (
            parsed.GetValue(checkpoint),
            parsed.GetValue(resume),
            parsed.GetValue(shard)
        );
        if (fresh is not null && old is not null)
        {
            throw new InputException(
                "--checkpoint begins a file and --resume continues one: give one of them."
            );
        }

        if ((fresh ?? old) is "")
        {
            throw new InputException("A checkpoint needs the name of a file.");
        }

        ReportFile.RefuseDirectory(fresh ?? old);
        if (fresh is not null && new FileInfo(fresh) is { Exists: true, Length: > 0 })
        {
            throw new InputException($"{fresh} is there already; --resume {fresh} continues it.");
        }

        return (fresh ?? old) switch
        {
            null when part is not null => throw new InputException(
                "--shard needs --checkpoint FILE or --resume FILE to keep its part in."
            ),
            null => null,
            var path => (path, part),
        };
    }
}
