using System;
using System.Collections.Generic;
using Microsoft.EnterpriseManagement;
using Microsoft.EnterpriseManagement.Common;
using Microsoft.EnterpriseManagement.Configuration;

namespace Itsmc
{
    /// The SDK's generic methods and indexers, which Windows PowerShell 5.1 cannot call. C# 5: the
    /// compiler of Add-Type knows no later one.
    public static class ServiceManagerCalls
    {
        public static EnterpriseManagementObjectProjection[] Projections(
            EnterpriseManagementGroup group, ObjectProjectionCriteria criteria,
            ObjectQueryOptions options)
        {
            var found = new List<EnterpriseManagementObjectProjection>();
            foreach (EnterpriseManagementObjectProjection each in
                group.EntityObjects.GetObjectProjectionReader<EnterpriseManagementObject>(
                    criteria, options))
            {
                found.Add(each);
            }
            return found.ToArray();
        }

        public static EnterpriseManagementObject[] Objects(
            EnterpriseManagementGroup group, EnterpriseManagementObjectCriteria criteria,
            ObjectQueryOptions options)
        {
            return new List<EnterpriseManagementObject>(
                group.EntityObjects.GetObjectReader<EnterpriseManagementObject>(
                    criteria, options)).ToArray();
        }

        public static EnterpriseManagementObject[] ObjectsOfClass(
            EnterpriseManagementGroup group, ManagementPackClass type)
        {
            return new List<EnterpriseManagementObject>(
                group.EntityObjects.GetObjectReader<EnterpriseManagementObject>(
                    type, ObjectQueryOptions.Default)).ToArray();
        }

        /// What the projection brought along this relationship.
        public static EnterpriseManagementObject[] Related(
            EnterpriseManagementObjectProjection projection, ManagementPackRelationshipEndpoint end)
        {
            var found = new List<EnterpriseManagementObject>();
            foreach (IComposableProjection each in projection[end])
            {
                found.Add(each.Object);
            }
            return found.ToArray();
        }

        /// The ends of relationships that a projection type brings.
        public static ManagementPackRelationshipEndpoint[] Ends(ManagementPackTypeProjection type)
        {
            var found = new List<ManagementPackRelationshipEndpoint>();
            foreach (KeyValuePair<ManagementPackRelationshipEndpoint, ITypeProjectionComponent> each
                in type)
            {
                found.Add(each.Key);
            }
            return found.ToArray();
        }

        /// Null where the class has no such property: a change has no Source.
        public static object Value(EnterpriseManagementObject item, string property)
        {
            foreach (EnterpriseManagementSimpleObject each in item.Values)
            {
                if (each.Type.Name == property) return each.Value;
            }
            return null;
        }

        public static void Set(EnterpriseManagementObject item, ManagementPackClass type,
                               string property, object value)
        {
            item[type, property].Value = value;
        }
    }
}
