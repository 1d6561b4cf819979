using System.CommandLine;

namespace NtkTheory.Cli.Commands;

/// <summary>The options that name a data set and say how it is made ready.</summary>
internal sealed class DataArguments
{
    private const string BuiltIn = "iris";
    private const string Nothing = "none";

    private readonly Option<string> file = new("--data")
    {
        HelpName = "FILE",
        Description = "A .csv table or .npy matrix, 'iris' for the built-in one, or 'none'.",
    };

    private readonly Option<string> label = new("--label")
    {
        HelpName = "COLUMN",
        Description =
            "The label column: its name ('label' where not given), or its number in an .npy matrix.",
    };

    private readonly Option<string> normalize = Choices.Of(
        "--normalize",
        "What is done to the points.",
        "unit",
        "none",
        "unit",
        "standardize-unit"
    );

    private readonly Option<string> duplicates = Choices.Of(
        "--duplicates",
        "What becomes of repeated points.",
        "drop",
        "drop",
        "keep"
    );

    private readonly Option<string> constant = Choices.Of(
        "--constant",
        "What becomes of constant columns; those of zeros are always left out.",
        "refuse",
        "refuse",
        "drop",
        "keep"
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(file);
        AddPreparationTo(command);
    }

    /// <summary>Adds the options that say how the points are made ready.</summary>
    public void AddPreparationTo(Command command)
    {
        command.Add(label);
        command.Add(normalize);
        command.Add(duplicates);
        command.Add(constant);
    }

    /// <summary>What was given, as words of a command line.</summary>
    public IEnumerable<string> Words(ParseResult parsed) =>
        GivenWords.Of(parsed, file, label, normalize, duplicates, constant);

    /// <summary>The data set that is named; the built-in one where none is and the command falls back on it.</summary>
    public Dataset? Read(ParseResult parsed, bool fallBack)
    {
        var name = parsed.GetValue(file) ?? (fallBack ? BuiltIn : Nothing);
        var options = Options(parsed);
        return name switch
        {
            Nothing when !File.Exists(name) => null,
            BuiltIn when !File.Exists(name) => Dataset.ReadIris(options),
            "" => throw new InputException("--data needs the name of a file."),
            _ => Dataset.Load(name, parsed.GetValue(label), options),
        };
    }

    /// <summary>The data set of a file that the command names in its own way; 'iris' is the built-in one.</summary>
    public Dataset Read(ParseResult parsed, string name) =>
        name == BuiltIn && !File.Exists(name)
            ? Dataset.ReadIris(Options(parsed))
            : Dataset.Load(name, parsed.GetValue(label), Options(parsed));

    private DatasetOptions Options(ParseResult parsed) =>
        new()
        {
            Normalization = parsed.GetValue(normalize) switch
            {
                "none" => Normalization.None,
                "standardize-unit" => Normalization.StandardizeUnit,
                _ => Normalization.Unit,
            },
            Duplicates = parsed.GetValue(duplicates) == "keep" ? DuplicateRows.Keep : DuplicateRows.Drop,
            ConstantColumns = parsed.GetValue(constant) switch
            {
                "drop" => ConstantColumns.Drop,
                "keep" => ConstantColumns.Keep,
                _ => ConstantColumns.Refuse,
            },
        };
}
