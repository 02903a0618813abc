using DialerEngine.Core;
using DialerEngine.Core.Campaigns;
using DialerEngine.Core.Filters;
using DialerEngine.Core.Lists;

namespace DialerEngine.Host.Configuration;

/// <summary>Makes a campaign's list with its filter and order, which are read against the list's columns.</summary>
internal static class CampaignListBuilder
{
    public static CampaignList Build(SectionValues values, CallingListDefinition list, FaultList faults)
    {
        var columns = ListColumn.Of(list);
        RecordFilter? filter = null;
        RecordOrder? order = null;
        if (values.TextOrNull("filter") is { } filterText && !RecordFilter.TryParse(filterText, columns, out filter, out var fault))
        {
            faults.Error(values, "filter", fault!.ToString());
        }

        if (values.TextOrNull("order") is { } orderText && !RecordOrder.TryParse(orderText, columns, out order, out fault))
        {
            faults.Error(values, "order", fault!.ToString());
        }

        return new CampaignList(list, values.Integer("weight")) { Filter = filter, Order = order, IsActive = values.Flag("active") };
    }
}
