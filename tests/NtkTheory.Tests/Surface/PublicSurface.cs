using System.Reflection;

namespace NtkTheory.Tests.Surface;

/// <summary>The public types of the facade and their members, as lines of text.</summary>
internal static class PublicSurface
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What every enumeration and every record has.</summary>
    private static readonly string[] Unsaid = ["value__", "Equals", "GetHashCode", "Deconstruct"];

    /// <summary>One line per type, one indented line per member, in alphabetical order.</summary>
    public static IReadOnlyList<string> Lines =>
        [
            .. Types.SelectMany(type =>
                new[] { Heading(type) }.Concat(
                    Members(type).Select(Line).Order(StringComparer.Ordinal).Select(line => "  " + line)
                )
            ),
        ];

    /// <summary>Every type that a public signature names, with the parts of generic ones.</summary>
    public static IEnumerable<(string Where, Type Named)> NamedTypes =>
        from type in Types
        from pair in Members(type)
            .SelectMany(member => Signature(member).Select(named => (member, named)))
            .Append((type, type.BaseType ?? typeof(object)))
            .Concat(type.GetInterfaces().Select(i => ((MemberInfo)type, i)))
        from part in Parts(pair.Item2)
        select ($"{type.Name}.{pair.Item1.Name}", part);

    private static IEnumerable<Type> Types =>
        typeof(Theorem).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);

    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(Own)
            .Where(member => member is not MethodInfo { IsSpecialName: true } and not Type)
            .Where(member => !member.Name.Contains('<') && !Unsaid.Contains(member.Name));

    private static string Heading(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsInterface: true } => "interface",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{kind} {Name(type)}";
    }

    private static string Line(MemberInfo member) =>
        member switch
        {
            ConstructorInfo c => $"new({Parameters(c)})",
            MethodInfo m => $"{(m.IsStatic ? "static " : "")}{Name(m.ReturnType)} {m.Name}({Parameters(m)})",
            PropertyInfo p =>
                $"{(p.GetMethod!.IsStatic ? "static " : "")}{Name(p.PropertyType)} {p.Name}{Access(p)}",
            FieldInfo { IsLiteral: true } f =>
                $"{f.Name} = {Convert.ToString(f.GetRawConstantValue(), null)}",
            FieldInfo f => $"{Name(f.FieldType)} {f.Name}",
            _ => member.ToString()!,
        };

    private static string Access(PropertyInfo property)
    {
        var index = property.GetIndexParameters();
        return (index.Length > 0 ? $"[{string.Join(", ", index.Select(Parameter))}]" : "")
            + (property.SetMethod is { IsPublic: true } ? " { get; init; }" : " { get; }");
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.DefaultValue ?? "default") : "")}";

    private static string Name(Type type)
    {
        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        return $"{type.Name.Split('`')[0]}<{arguments}>";
    }

    private static IEnumerable<Type> Signature(MemberInfo member) =>
        member switch
        {
            MethodInfo m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType),
            ConstructorInfo c => c.GetParameters().Select(p => p.ParameterType),
            PropertyInfo p => [p.PropertyType],
            FieldInfo f => [f.FieldType],
            _ => [],
        };

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? type.GetGenericParameterConstraints().SelectMany(Parts)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];
}
