package main

import (
	"hash/fnv"
	"io"
	"strconv"

	"k8s.io/apimachinery/pkg/api/meta"
)

// digest is the number of objects, and the sum of the 64-bit FNV-1a hashes of
// namespace/name/resourceVersion/generation, modulo 2⁶⁴.
type digest struct {
	Objects uint64 `json:"objects"`
	Sum     uint64 `json:"sum"`
}

func (d *digest) add(object any) error {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	d.addParts(accessor.GetNamespace(), accessor.GetName(), accessor.GetResourceVersion(), accessor.GetGeneration())
	return nil
}

func (d *digest) addParts(namespace, name, resourceVersion string, generation int64) {
	hash := fnv.New64a()
	// Writing to a hash does not fail.
	_, _ = io.WriteString(hash, namespace+"/"+name+"/"+resourceVersion+"/"+strconv.FormatInt(generation, 10))
	d.Objects++
	d.Sum += hash.Sum64()
}
