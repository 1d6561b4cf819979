using NtkTheory.Reporting;
using Budgets = NtkTheory.Verification.BudgetModule;
using CoreBudget = NtkTheory.Verification.Budget;

namespace NtkTheory;

/// <summary>How much work a verdict may cost. Each theorem scales it by its own effort. Immutable.</summary>
public sealed record VerificationBudget
{
    private readonly CoreBudget named;

    private VerificationBudget(CoreBudget named)
    {
        this.named = named;
        Instances = named.Instances;
        Draws = named.Draws;
    }

    /// <summary>A look, in seconds: 40 instances, 500 draws.</summary>
    public static VerificationBudget Smoke { get; } = new(Budgets.smoke);

    /// <summary>What a verdict is worth by default: 100 instances, 2,000 draws.</summary>
    public static VerificationBudget Standard { get; } = new(Budgets.standard);

    /// <summary>Ten times the standard.</summary>
    public static VerificationBudget Thorough { get; } = new(Budgets.thorough);

    /// <summary>The random instances of a deterministic claim, at least 1; other kinds take a fixed part of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Instances
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    /// <summary>The draws at an instance in the deciding test of a claim about chance, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Draws
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    /// <summary>The name of the budget it started from, and what was changed.</summary>
    public string Name
    {
        get
        {
            string[] changes =
            [
                .. Instances == named.Instances
                    ? Array.Empty<string>()
                    : [Plural.count(Instances, "instance")],
                .. Draws == named.Draws ? Array.Empty<string>() : [Plural.count(Draws, "draw")],
            ];
            return string.Join(", ", [named.Name, .. changes]);
        }
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static VerificationBudget Of(CoreBudget budget) => new(budget);

    internal CoreBudget ToCore() =>
        // The climb is as long as the search is wide, as in the named budgets.
        new(Name, Instances, Draws, Instances == named.Instances ? named.Climb : Instances, named.Shrinks);
}
