namespace NtkTheory;

/// <summary>A user's own claims, to be judged by the same engine as the catalog's.</summary>
public static class Claim
{
    /// <summary>Begins a claim about instances that a function makes from random numbers.</summary>
    /// <param name="id">A topic and a short name, such as "mine/triangle".</param>
    /// <param name="instance">Makes an instance; equal random numbers must give equal instances.</param>
    /// <exception cref="ArgumentException">The id has no slash, a blank or a tilde.</exception>
    public static ClaimBuilder<T> About<T>(string id, Func<Random, T> instance)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(instance);
        if (id.Count(c => c == '/') == 0 || id.Any(c => char.IsWhiteSpace(c) || c == '~'))
        {
            throw new ArgumentException(
                $"'{id}' is no id: it needs a topic, a slash and a name.",
                nameof(id)
            );
        }

        return new ClaimBuilder<T>(id, instance);
    }
}
