using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using NtkTheory.Claims;
using NtkTheory.Sampling;
using CoreClaim = NtkTheory.Claims.Claim;
using CoreControl = NtkTheory.Claims.Control;
using CoreEstimate = NtkTheory.Numerics.Estimate;
using CoreTheorem = NtkTheory.Claims.Theorem;

namespace NtkTheory;

/// <summary>A user's claim in the engine's own terms.</summary>
internal static class ClaimTranslation
{
    public static Theorem ToTheorem<T>(ClaimBuilder<T> builder)
    {
        var claim = ToClaim(builder);
        var controls = builder.ClaimControls.Select(control => ToControl(builder, claim, control));
        return new Theorem(
            CoreTheorem.pack(new Theorem<T>(ToEntry(builder), claim, ListModule.OfSeq(controls)))
        );
    }

    private static Entry ToEntry<T>(ClaimBuilder<T> builder) =>
        new(
            builder.Id,
            builder.ClaimTitle,
            builder.ClaimStatement,
            new Claims.Source("own claim", "", "", ""),
            Status.Conjectured,
            builder.Relation == ClaimRelation.Equals ? Claims.Sharpness.Exact : Claims.Sharpness.Loose,
            "",
            ""
        );

    private static Claim<T> ToClaim<T>(ClaimBuilder<T> builder)
    {
        var instances = Instances(builder.Instance, builder.Smaller);
        return new Claim<T>(
            instances,
            FuncConvert.FromFunc<T, Gen<T>>(_ => instances.Generator),
            null,
            ListModule.OfSeq(
                builder.Hypotheses.Select(h => new Hypothesis<T>(h.Name, FuncConvert.FromFunc(h.Holds)))
            ),
            FuncConvert.FromFunc<T, Seed, CoreEstimate>(
                (instance, seed) => builder.Left!(instance, From(seed)).ToCore()
            ),
            ToRelation(builder.Relation, instances),
            FuncConvert.FromFunc<T, CoreEstimate>(instance => builder.Right!(instance).ToCore()),
            ToKind(builder),
            new Effort(1.0, 1.0),
            FuncConvert.FromFunc(builder.Words)
        );
    }

    private static Arbitrary<T> Instances<T>(Func<Random, T> instance, Func<T, IEnumerable<T>> smaller) =>
        Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => instance(new Random(seed))), smaller);

    private static Random From(Seed seed) => new((int)(SeedModule.word(0, seed) >> 33));

    /// <summary>The case of equality is hidden from C# by the method of its name, so a claim of the engine lends it.</summary>
    private static Relation Equality<T>(Arbitrary<T> instances)
    {
        var zero = FuncConvert.FromFunc<T, CoreEstimate>(_ => default);
        return CoreClaim.identity(instances, zero, zero).Relation;
    }

    private static Relation ToRelation<T>(ClaimRelation relation, Arbitrary<T> instances) =>
        relation switch
        {
            ClaimRelation.AtMost => Relation.AtMost,
            ClaimRelation.AtLeast => Relation.AtLeast,
            _ => Equality(instances),
        };

    private static Kind<T> ToKind<T>(ClaimBuilder<T> builder) =>
        builder.Judgement switch
        {
            ClaimJudgement.Rarely rarely => Kind<T>.NewProbabilistic(
                FuncConvert.FromFunc<T, double>(_ => rarely.Failure)
            ),
            ClaimJudgement.InTheMean mean => Kind<T>.NewExpectation(
                FuncConvert.FromFunc<T, Spread>(_ => new Spread(
                    mean.Variance,
                    Tail.FiniteVariance,
                    mean.Resolution
                ))
            ),
            _ when builder.Relation == ClaimRelation.Equals => Kind<T>.Identity,
            _ => Kind<T>.Deterministic,
        };

    private static Control<T> ToControl<T>(ClaimBuilder<T> builder, Claim<T> claim, ClaimControl<T> control)
    {
        if (control.Without is { } hypothesis)
        {
            if (builder.Hypotheses.All(h => h.Name != hypothesis))
            {
                throw new InvalidOperationException(
                    $"The claim '{builder.Id}' has no hypothesis '{hypothesis}'."
                );
            }

            return CoreControl.without(hypothesis, Instances(control.Instance!, builder.Smaller), claim);
        }

        var bound = FuncConvert.FromFunc<T, CoreEstimate>(instance =>
            Estimate.Relative(control.Bound!(instance), ClaimBuilder<T>.RelativeError).ToCore()
        );
        return CoreControl.bound(control.Breaks, bound, claim);
    }
}
