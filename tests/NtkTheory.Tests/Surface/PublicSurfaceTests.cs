using Xunit;

namespace NtkTheory.Tests.Surface;

public class PublicSurfaceTests
{
    private static readonly string[] Allowed =
    [
        "System.Private.CoreLib",
        "System.Runtime",
        "MathNet.Numerics",
        "NtkTheory",
    ];

    [Fact]
    public void No_signature_names_a_type_of_another_assembly()
    {
        var foreign = PublicSurface
            .NamedTypes.Where(use => !Allowed.Contains(use.Named.Assembly.GetName().Name))
            .Select(use => $"{use.Where}: {use.Named}")
            .Distinct();
        Assert.Empty(foreign);
    }

    [Fact]
    public void Every_public_type_stands_in_the_namespace_of_the_product() =>
        Assert.All(
            typeof(Theorem).Assembly.GetExportedTypes(),
            type => Assert.Equal("NtkTheory", type.Namespace)
        );

    /// <summary>A change of the public surface shows in a diff of PublicApi.txt; the failure message is its new text.</summary>
    [Fact]
    public void The_surface_is_the_one_that_was_agreed()
    {
        using var stream = typeof(PublicSurfaceTests).Assembly.GetManifestResourceStream("PublicApi.txt")!;
        var agreed = new StreamReader(stream).ReadToEnd().TrimEnd();
        var actual = string.Join('\n', PublicSurface.Lines);
        Assert.True(agreed == actual, $"PublicApi.txt should read:\n{actual}");
    }
}
