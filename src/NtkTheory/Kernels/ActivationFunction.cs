using System.Globalization;
using NtkTheory.Models;

namespace NtkTheory;

/// <summary>A function applied to each neuron. Immutable.</summary>
public sealed class ActivationFunction
{
    private ActivationFunction(Activation core) => Core = core;

    /// <summary>max(z, 0).</summary>
    public static ActivationFunction Relu { get; } = new(Activation.Relu);

    /// <summary>The hyperbolic tangent.</summary>
    public static ActivationFunction Tanh { get; } = new(Activation.Tanh);

    /// <summary>z times the normal distribution function.</summary>
    public static ActivationFunction Gelu { get; } = new(Activation.Gelu);

    /// <summary>The error function.</summary>
    public static ActivationFunction Erf { get; } = new(Activation.Erf);

    /// <summary>Every activation, with one example of those that have a parameter.</summary>
    public static IReadOnlyList<ActivationFunction> All { get; } =
    [.. ActivationModule.all.Select(core => new ActivationFunction(core))];

    /// <summary>The name that <see cref="Parse"/> reads, such as relu, tanh, leaky-relu:0.1 or power:3.</summary>
    public string Name =>
        Core switch
        {
            Activation.LeakyRelu leaky => string.Create(
                CultureInfo.InvariantCulture,
                $"leaky-relu:{leaky.slope}"
            ),
            Activation.Monomial power => string.Create(CultureInfo.InvariantCulture, $"power:{power.degree}"),
            _ => Core.Name,
        };

    internal Activation Core { get; }

    /// <summary>z for z >= 0, and slope z below; the slope is finite.</summary>
    public static ActivationFunction LeakyRelu(double slope) =>
        double.IsFinite(slope)
            ? new(Activation.NewLeakyRelu(slope))
            : throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope is a finite number.");

    /// <summary>z to a power, from 1 to 20.</summary>
    public static ActivationFunction Power(int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, 20);
        return new(Activation.NewMonomial(degree));
    }

    /// <summary>The activation of a name.</summary>
    /// <exception cref="FormatException">There is none of that name; the message lists those that there are.</exception>
    public static ActivationFunction Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var (word, parameter) = name.Split(':', 2) is [var left, var right] ? (left, right) : (name, null);
        return (word, parameter) switch
        {
            ("leaky-relu", { } text)
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var slope)
                    && double.IsFinite(slope) => LeakyRelu(slope),
            ("power", { } text)
                when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var degree)
                    && degree is >= 1 and <= 20 => Power(degree),
            _ => All.FirstOrDefault(known => known.Name == name)
                ?? throw new FormatException(
                    $"There is no activation '{name}'; there are {string.Join(", ", All.Select(known => known.Name))}."
                ),
        };
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
