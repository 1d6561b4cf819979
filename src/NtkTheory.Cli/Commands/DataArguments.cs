using System.CommandLine;

namespace NtkTheory.Cli.Commands;

/// <summary>The options that name a data set and say how it is made ready.</summary>
internal sealed class DataArguments
{
    private const string BuiltIn = "iris";
    private const string IrisLabel = "label";
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

    private readonly Option<string> normalize = Normalize();

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

    /// <summary>The option that says what is done to points.</summary>
    public static Option<string> Normalize() =>
        Choices.Of("--normalize", "What is done to the points.", "unit", "none", "unit", "standardize-unit");

    /// <summary>What the word of that option means.</summary>
    public static Normalization NormalizationOf(string? word) =>
        word switch
        {
            "none" => Normalization.None,
            "standardize-unit" => Normalization.StandardizeUnit,
            _ => Normalization.Unit,
        };

    /// <summary>Whether a name stands for the built-in data set.</summary>
    public static bool IsBuiltIn(string name) => name == BuiltIn && !File.Exists(name);

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
        return name switch
        {
            Nothing when !File.Exists(name) => null,
            BuiltIn when IsBuiltIn(name) => Iris(parsed),
            "" => throw new InputException("--data needs the name of a file."),
            _ => Dataset.Load(name, parsed.GetValue(label), Options(parsed)),
        };
    }

    /// <summary>The data set of a file that the command names in its own way; 'iris' is the built-in one.</summary>
    public Dataset Read(ParseResult parsed, string name) =>
        IsBuiltIn(name) ? Iris(parsed) : Dataset.Load(name, parsed.GetValue(label), Options(parsed));

    private Dataset Iris(ParseResult parsed) =>
        parsed.GetValue(label) is null or IrisLabel
            ? Dataset.ReadIris(Options(parsed))
            : throw new InputException($"The label of the built-in {BuiltIn} is called '{IrisLabel}'.");

    private DatasetOptions Options(ParseResult parsed) =>
        new()
        {
            Normalization = NormalizationOf(parsed.GetValue(normalize)),
            Duplicates = parsed.GetValue(duplicates) == "keep" ? DuplicateRows.Keep : DuplicateRows.Drop,
            ConstantColumns = parsed.GetValue(constant) switch
            {
                "drop" => ConstantColumns.Drop,
                "keep" => ConstantColumns.Keep,
                _ => ConstantColumns.Refuse,
            },
        };
}
