package main

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Gadget is a small custom resource, as an operator would define it.
type Gadget struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              GadgetSpec   `json:"spec"`
	Status            GadgetStatus `json:"status,omitempty"`
}

// GadgetSpec is the desired state of a gadget.
type GadgetSpec struct {
	Color    string  `json:"color"`
	Image    string  `json:"image"`
	NodeName *string `json:"nodeName,omitempty"`
	Parts    []Part  `json:"parts"`
	Replicas int32   `json:"replicas"`
}

// Part is a part of a gadget.
type Part struct {
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
	Name   string `json:"name"`
}

// GadgetStatus is the observed state of a gadget.
type GadgetStatus struct {
	Conditions         []metav1.Condition `json:"conditions"`
	ObservedGeneration *int64             `json:"observedGeneration,omitempty"`
	Phase              *string            `json:"phase,omitempty"`
	ReadyReplicas      *int32             `json:"readyReplicas,omitempty"`
}

// GadgetList is a list of gadgets.
type GadgetList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Gadget `json:"items"`
}

// DeepCopyObject implements runtime.Object.
func (g *Gadget) DeepCopyObject() runtime.Object {
	return g.deepCopy()
}

func (g *Gadget) deepCopy() *Gadget {
	copied := *g
	g.ObjectMeta.DeepCopyInto(&copied.ObjectMeta)
	copied.Spec.NodeName = copyPointer(g.Spec.NodeName)
	copied.Spec.Parts = slices.Clone(g.Spec.Parts)
	copied.Status.Conditions = copyConditions(g.Status.Conditions)
	copied.Status.ObservedGeneration = copyPointer(g.Status.ObservedGeneration)
	copied.Status.Phase = copyPointer(g.Status.Phase)
	copied.Status.ReadyReplicas = copyPointer(g.Status.ReadyReplicas)
	return &copied
}

// DeepCopyObject implements runtime.Object.
func (l *GadgetList) DeepCopyObject() runtime.Object {
	copied := *l
	l.ListMeta.DeepCopyInto(&copied.ListMeta)
	copied.Items = slices.Clone(l.Items)
	for i := range l.Items {
		copied.Items[i] = *l.Items[i].deepCopy()
	}
	return &copied
}

func copyPointer[T any](value *T) *T {
	if value == nil {
		return nil
	}
	copied := *value
	return &copied
}

func copyConditions(conditions []metav1.Condition) []metav1.Condition {
	copied := slices.Clone(conditions)
	for i := range conditions {
		conditions[i].DeepCopyInto(&copied[i])
	}
	return copied
}
