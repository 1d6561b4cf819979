using System.CommandLine;
using System.Globalization;

namespace NtkTheory.Cli.Commands;

/// <summary>The options that describe a network.</summary>
internal sealed class NetworkArguments
{
    private readonly Option<ActivationFunction> activation = new("--activation")
    {
        HelpName = "NAME",
        Description = "The activation: relu, tanh, gelu, erf, leaky-relu:0.1, ...",
        DefaultValueFactory = _ => ActivationFunction.Relu,
        CustomParser = result =>
        {
            try
            {
                return ActivationFunction.Parse(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value);
            }
            catch (FormatException unknown)
            {
                result.AddError(unknown.Message);
                return ActivationFunction.Relu;
            }
        },
    };

    private readonly Option<int?> depth = Choices.Whole("--depth", "Hidden layers [default: 3].", 1, 100);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(activation);
        command.Add(depth);
    }

    /// <summary>The activation.</summary>
    public ActivationFunction Activation(ParseResult parsed) =>
        parsed.GetValue(activation) ?? ActivationFunction.Relu;

    /// <summary>The number of hidden layers.</summary>
    public int Depth(ParseResult parsed) => parsed.GetValue(depth) ?? KernelOptions.Default.Depth;

    /// <summary>A number in a range, or nothing.</summary>
    public static Option<double?> Number(string name, string description, double least, string range) =>
        new(name)
        {
            HelpName = "X",
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
                if (
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number)
                    && number >= least
                )
                {
                    return number;
                }

                result.AddError($"{name} is {range}, not '{text}'.");
                return null;
            },
        };
}
