using System.Text;
using DialerEngine.Core.Ports;
using Xunit;

namespace DialerEngine.StorageContract;

/// <summary>Do-not-call lists.</summary>
public abstract partial class StorageContractTests
{
    private sealed class Heard : IDoNotCallReader
    {
        public List<string> Changes { get; } = [];

        public void Added(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId, long expiration) =>
            Changes.Add($"+{Encoding.UTF8.GetString(phone)}/{Encoding.UTF8.GetString(customerId)}/{expiration}");

        public void Removed(ReadOnlySpan<byte> phone, ReadOnlySpan<byte> customerId) => Changes.Add($"-{Encoding.UTF8.GetString(phone)}/{Encoding.UTF8.GetString(customerId)}");
    }

    [Fact]
    public void A_do_not_call_entry_is_found_replaced_removed_and_told_to_readers()
    {
        var store = Storage.DoNotCall;
        store.Add(1, [new DoNotCallEntry { Phone = "+12025550123", Message = "asked us", IsInternal = true, TimeStamp = 5, Expiration = 99 }, new DoNotCallEntry { CustomerId = "C'7", TimeStamp = 6 }]);
        store.Add(2, [new DoNotCallEntry { Phone = "+12025550199" }]);
        var heard = new Heard();
        var at = store.ReadChanges(1, default, heard, CancellationToken.None);
        Assert.Equal(["++12025550123//99", "+/C'7/0"], heard.Changes);
        Assert.Equal(
            new DoNotCallEntry { Phone = "+12025550123", Message = "asked us", IsInternal = true, TimeStamp = 5, Expiration = 99 }, store.Find(1, "+12025550123", null));
        Assert.Null(store.Find(2, "+12025550123", null));

        heard.Changes.Clear();
        store.Add(1, [new DoNotCallEntry { Phone = "+12025550123" }]);
        Assert.Equal(1, store.Remove(1, null, "C'7", 10));
        Assert.Equal(0, store.Remove(1, null, "C'7", 10));
        var next = store.ReadChanges(1, at, heard, CancellationToken.None);
        Assert.Equal(["-/C'7", "++12025550123//0"], heard.Changes);
        Assert.Equal(1, store.Count(1));

        heard.Changes.Clear();
        Assert.Equal(next, store.ReadChanges(1, next, heard, CancellationToken.None));
        Assert.Empty(heard.Changes);
        Assert.Equal("+12025550123", Assert.Single(store.ReadAll(1)).Phone);
    }

    [Fact]
    public void Number_and_customer_of_one_entry_stand_for_themselves()
    {
        var store = Storage.DoNotCall;
        store.Add(1, [new DoNotCallEntry { Phone = "+12025550123", CustomerId = "C7" }]);
        Assert.Equal(1, store.Remove(1, "+12025550123", null, 10));
        Assert.Null(store.Find(1, "+12025550123", null));
        Assert.NotNull(store.Find(1, null, "C7"));
    }

    [Fact]
    public void A_number_removed_and_added_again_is_on_the_list()
    {
        var store = Storage.DoNotCall;
        store.Add(1, [new DoNotCallEntry { Phone = "+12025550123" }]);
        var at = store.ReadChanges(1, default, new Heard(), CancellationToken.None);
        store.Remove(1, "+12025550123", null, 10);
        store.Add(1, [new DoNotCallEntry { Phone = "+12025550123" }]);
        var heard = new Heard();
        store.ReadChanges(1, at, heard, CancellationToken.None);
        Assert.Equal(["-+12025550123/", "++12025550123//0"], heard.Changes);
    }
}
