package io.countermachine.job.counting;

import io.countermachine.catalog.CatalogHash;
import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.state.UnusableState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Checks that restored counters can be continued with the catalog: each group must have the key
 * fields by which it was counted. With other fields, or the same in another order, its counters
 * would be mixed with those of other keys.
 *
 * <p>The state keeps the key fields of removed groups, because their counters stay there, too.
 * State from before this check has no key fields, and passes.
 */
public final class CatalogCheck {
  /**
   * A global job parameter: {@code true} if the restored state has events between operators, whose
   * form depends on the whole catalog.
   */
  public static final String SAME_CATALOG = "counter-machine.same-catalog";

  private static final int VERSION = 1;

  private final ListState<byte[]> state;
  private final String catalogHash;

  /** By group, including groups that the catalog no longer has. */
  private final Map<String, List<String>> keyFields = new TreeMap<>();

  private CatalogCheck(ListState<byte[]> state, String catalogHash) {
    this.state = state;
    this.catalogHash = catalogHash;
  }

  /**
   * Reads the state and compares it with the catalog.
   *
   * @param sameCatalog true if the text of the catalog must be identical to that of the state
   * @throws SuppressRestartsException if counters would be mixed, naming each group
   */
  static CatalogCheck restore(OperatorStateStore store, CatalogText catalog, boolean sameCatalog)
      throws Exception {
    CatalogCheck check =
        new CatalogCheck(
            store.getUnionListState(
                new ListStateDescriptor<>(
                    "catalog", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)),
            CatalogHash.of(catalog.text()));
    for (byte[] restored : check.state.get()) {
      check.read(restored, sameCatalog);
    }
    check.compare(catalog.catalog().groups());
    return check;
  }

  private void compare(List<Group> groups) {
    List<String> changed = new ArrayList<>();
    for (Group group : groups) {
      List<String> counted = keyFields.put(group.name(), group.keyFields());
      if (counted != null && !counted.equals(group.keyFields())) {
        changed.add(
            "group %s was counted by the key %s, and the catalog now says %s"
                .formatted(group.name(), counted, group.keyFields()));
      }
    }
    if (!changed.isEmpty()) {
      throw UnusableState.because(
          String.join("; ", changed)
              + ". Its counters would be mixed with those of other keys: give the group another"
              + " name, or count again with --start earliest");
    }
  }

  /** Writes the state in one subtask only, because each restored subtask reads all of it. */
  void snapshot(int subtask) throws Exception {
    state.update(subtask == 0 ? List.of(toBytes()) : List.of());
  }

  private byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeUTF(catalogHash);
      out.writeInt(keyFields.size());
      for (Map.Entry<String, List<String>> group : keyFields.entrySet()) {
        out.writeUTF(group.getKey());
        out.writeInt(group.getValue().size());
        for (String field : group.getValue()) {
          out.writeUTF(field);
        }
      }
    }
    return bytes.toByteArray();
  }

  private void read(byte[] bytes, boolean sameCatalog) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw UnusableState.ofLaterRelease("the groups' key fields", version, VERSION);
      }
      if (!in.readUTF().equals(catalogHash) && sameCatalog) {
        throw UnusableState.because(
            "the restored checkpoint is unaligned and has events between operators, whose form is"
                + " that of another catalog: start with the previous catalog, stop with a"
                + " savepoint, and start from that with the changed one");
      }
      for (int group = in.readInt(); group > 0; group--) {
        String name = in.readUTF();
        List<String> fields = new ArrayList<>();
        for (int field = in.readInt(); field > 0; field--) {
          fields.add(in.readUTF());
        }
        keyFields.put(name, List.copyOf(fields));
      }
    }
  }
}
