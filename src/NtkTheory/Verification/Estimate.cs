using System.Globalization;

namespace NtkTheory;

/// <summary>A number with a bound on its error: the true value is within <c>Radius</c> of <c>Value</c>.</summary>
/// <param name="Value">The computed number.</param>
/// <param name="Radius">How wrong it may be, in the same unit; zero for an exact number.</param>
public readonly record struct Estimate(double Value, double Radius)
{
    /// <summary>A number with no error.</summary>
    public static Estimate Exact(double value) => new(value, 0.0);

    /// <summary>A number with an error of at most so much of its magnitude.</summary>
    public static Estimate Relative(double value, double error) => new(value, Math.Abs(value) * error);

    /// <summary>The smallest number that it may stand for.</summary>
    public double Lower => Value - Radius;

    /// <summary>The largest number that it may stand for.</summary>
    public double Upper => Value + Radius;

    /// <summary>The number, and the radius where it is not zero.</summary>
    public override string ToString() =>
        Radius == 0.0
            ? Value.ToString("G10", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Value:G10} ± {Radius:G2}");

    internal static Estimate Of(Numerics.Estimate estimate) => new(estimate.Value, estimate.Radius);

    internal Numerics.Estimate ToCore() => new(Value, Radius);
}
