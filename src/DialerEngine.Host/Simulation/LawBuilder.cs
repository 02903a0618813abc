using DialerEngine.Adapters.Simulated.Simulation;
using DialerEngine.Host.Configuration;

namespace DialerEngine.Host.Simulation;

/// <summary>Makes laws from what a scenario file says, and notes what they lack.</summary>
internal sealed class LawBuilder(FaultList faults)
{
    private static readonly Dictionary<string, string[]> Needs = new(StringComparer.Ordinal)
    {
        ["constant"] = ["value"],
        ["uniform"] = ["min", "max"],
        ["exponential"] = ["mean"],
        ["lognormal"] = ["mean", "cv"],
        ["gamma"] = ["mean", "cv"],
        ["weibull"] = ["scale", "shape"],
        ["empirical"] = ["values"],
        ["histogram"] = ["values", "weights"],
        ["mixture"] = ["parts"],
        ["csv"] = ["file", "column"],
    };

    private static readonly string[] Always = ["law", "weight", "plus", "atMost"];

    /// <summary>The law of a key; null where the file has none and the key no default, or where it is wrong (the fault is noted).</summary>
    public Law? Read(SectionValues values, string key) => values.Typed<object>(key) switch
    {
        double seconds => Law.Constant(seconds),
        SectionValues law => Cut(law, Make(law)),
        _ => null,
    };

    private Law? Cut(SectionValues values, Law? law)
    {
        if (law is null || (!values.Has("plus") && !values.Has("atMost")))
        {
            return law;
        }

        var plus = values.Number("plus");
        var atMost = values.Has("atMost") ? values.Number("atMost") : double.PositiveInfinity;
        if (atMost > plus)
        {
            return new ShiftedLaw(law, plus, atMost);
        }

        faults.Error(values, "atMost", $"must be more than plus ({values.Number("plus")} s)");
        return null;
    }

    private Law? Make(SectionValues values)
    {
        var form = values.Text("law");
        if (!Needs.TryGetValue(form, out var needed) || !HasWhatItNeeds(values, form, needed))
        {
            return null;
        }

        switch (form)
        {
            case "constant": return Law.Constant(values.Number("value"));
            case "uniform":
                if (values.Number("max") >= values.Number("min"))
                {
                    return new UniformLaw(values.Number("min"), values.Number("max"));
                }

                faults.Error(values, "max", $"must not be less than min ({values.Number("min")} s)");
                return null;
            case "exponential": return new ExponentialLaw(values.Number("mean"));
            case "lognormal": return new LogNormalLaw(values.Number("mean"), values.Number("cv"));
            case "gamma": return Gamma(values);
            case "weibull": return new WeibullLaw(values.Number("scale"), values.Number("shape"));
            case "empirical": return new EmpiricalLaw(values.Typed<List<double>>("values")!);
            case "histogram": return Histogram(values);
            case "mixture": return Mixture(values);
            default: return Csv(values);
        }
    }

    private bool HasWhatItNeeds(SectionValues values, string form, string[] needed)
    {
        var complete = true;
        foreach (var key in needed)
        {
            if (!values.Has(key))
            {
                // A value that is there and wrong has its fault already.
                complete = false;
                if (values.NodeOf(key) is null)
                {
                    faults.Error(values, key, $"is missing; a {form} law needs {string.Join(" and ", needed)}");
                }
            }
        }

        foreach (var key in values.Section.Keys)
        {
            if (values.NodeOf(key.Name) is not null && !needed.Contains(key.Name) && !Always.Contains(key.Name))
            {
                faults.Error(values, key.Name, $"means nothing to a {form} law, which has {string.Join(" and ", needed)}; take it out");
                complete = false;
            }
        }

        return complete;
    }

    private GammaLaw? Gamma(SectionValues values)
    {
        if (values.Number("cv") <= 3)
        {
            return new GammaLaw(values.Number("mean"), values.Number("cv"));
        }

        faults.Error(values, "cv", "must be at most 3 for a gamma law");
        return null;
    }

    private HistogramLaw? Histogram(SectionValues values)
    {
        var edges = values.Typed<List<double>>("values")!;
        var weights = values.Typed<List<double>>("weights")!;
        if (weights.Count != edges.Count - 1)
        {
            faults.Error(values, "weights", $"has {weights.Count} weights for {edges.Count} edges; must have one fewer than edges");
            return null;
        }

        for (var i = 1; i < edges.Count; i++)
        {
            if (edges[i] < edges[i - 1])
            {
                faults.Error(values, "values", "must be edges that rise");
                return null;
            }
        }

        if (weights.Sum() > 0)
        {
            return new HistogramLaw(edges, weights);
        }

        faults.Error(values, "weights", "must not all be 0");
        return null;
    }

    private MixtureLaw? Mixture(SectionValues values)
    {
        var parts = new List<(Law, double)>();
        foreach (var part in values.Objects("parts"))
        {
            if (Make(part) is { } law)
            {
                parts.Add((law, part.Number("weight")));
            }
        }

        if (parts.Count == 0 || parts.Count < values.Objects("parts").Count)
        {
            return null;
        }

        if (parts.Sum(p => p.Item2) > 0)
        {
            return new MixtureLaw(parts);
        }

        faults.Error(values, "parts", "must not all have weight 0");
        return null;
    }

    private EmpiricalLaw? Csv(SectionValues values)
    {
        var fault = CallLog.TryReadColumn(values.Text("file"), values.Text("column"), out var numbers);
        if (fault is null)
        {
            return new EmpiricalLaw(numbers);
        }

        faults.Error(values, fault.Value.OfColumn ? "column" : "file", fault.Value.Sentence);
        return null;
    }
}
